// The addresses of policies: the set in force, one policy, the versions, a change, and its plan.

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
  createRoute({
    getParentRoute: () => root,
    path: '/change',
    validateSearch: listSearch(['file', 'starter', 'group']),
    component: lazyRouteComponent(() => import('./ChangePolicies.tsx'), 'ChangePolicies'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans/$job',
    component: lazyRouteComponent(() => import('./PlanPage.tsx'), 'PlanPage'),
  }),
];
