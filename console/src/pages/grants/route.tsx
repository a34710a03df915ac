// The addresses of grants and of proposals.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const grantRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/grants',
    validateSearch: listSearch(['state', 'person']),
    component: lazyRouteComponent(() => import('./GrantList.tsx'), 'GrantList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/grants/$grant',
    component: lazyRouteComponent(() => import('./GrantDetail.tsx'), 'GrantDetail'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/proposals',
    validateSearch: listSearch(['state']),
    component: lazyRouteComponent(() => import('./ProposalList.tsx'), 'ProposalList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/proposals/$proposal',
    component: lazyRouteComponent(() => import('./ProposalDetail.tsx'), 'ProposalDetail'),
  }),
];
