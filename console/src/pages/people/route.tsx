// The addresses of people: the list, and one person.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const peopleRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/people',
    validateSearch: listSearch(['kind', 'standing', 'group']),
    component: lazyRouteComponent(() => import('./PeopleList.tsx'), 'PeopleList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/people/$person',
    component: lazyRouteComponent(() => import('./PersonDetail.tsx'), 'PersonDetail'),
  }),
];
