// The address of the list of grants.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const grantsRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/grants',
    validateSearch: listSearch(['state', 'person']),
    component: lazyRouteComponent(() => import('./GrantsList.tsx'), 'GrantsList'),
  }),
];
