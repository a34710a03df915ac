// The addresses of policies: the set in force, one policy, and the versions.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const policyRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/policies',
    validateSearch: listSearch(['kind', 'owner', 'stage', 'review', 'finding']),
    component: lazyRouteComponent(() => import('./PoliciesList.tsx'), 'PoliciesList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/policies/$policy',
    component: lazyRouteComponent(() => import('./PolicyDetail.tsx'), 'PolicyDetail'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/versions',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./VersionsList.tsx'), 'VersionsList'),
  }),
];
