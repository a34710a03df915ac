// The addresses of rollouts: the list, and one rollout.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const rolloutRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/rollouts',
    validateSearch: listSearch(['active']),
    component: lazyRouteComponent(() => import('./RolloutList.tsx'), 'RolloutList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rollouts/$rollout',
    component: lazyRouteComponent(() => import('./RolloutDetail.tsx'), 'RolloutDetail'),
  }),
];
