// The addresses of access reviews: the list, one of them, its items, and what the person is asked.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const reviewRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/reviews',
    validateSearch: listSearch(['state']),
    component: lazyRouteComponent(() => import('./ReviewList.tsx'), 'ReviewList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reviews/inbox',
    validateSearch: listSearch(['state', 'by']),
    component: lazyRouteComponent(() => import('./ReviewInbox.tsx'), 'ReviewInbox'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reviews/$review',
    component: lazyRouteComponent(() => import('./ReviewDetail.tsx'), 'ReviewDetail'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reviews/$review/items',
    validateSearch: listSearch(['state', 'reviewer']),
    component: lazyRouteComponent(() => import('./ReviewItems.tsx'), 'ReviewItems'),
  }),
];
