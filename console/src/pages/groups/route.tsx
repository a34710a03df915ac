// The addresses of groups: the list, and one group.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const groupsRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/groups',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./GroupsList.tsx'), 'GroupsList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/groups/$group',
    component: lazyRouteComponent(() => import('./GroupDetail.tsx'), 'GroupDetail'),
  }),
];
