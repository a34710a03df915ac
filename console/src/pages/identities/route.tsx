// The addresses of identities: the list, one of them, which any of its nodes names, and the queue.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const identityRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/identities',
    validateSearch: listSearch(['kind', 'state', 'lacks']),
    component: lazyRouteComponent(() => import('./IdentityList.tsx'), 'IdentityList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/identities/one',
    validateSearch: listSearch(['source', 'key']),
    component: lazyRouteComponent(() => import('./IdentityDetail.tsx'), 'IdentityDetail'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/identities/queue',
    validateSearch: listSearch(['state', 'source']),
    component: lazyRouteComponent(() => import('./IdentityQueue.tsx'), 'IdentityQueue'),
  }),
];
