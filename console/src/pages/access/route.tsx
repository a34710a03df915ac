// The address of the page about who can reach what: the question and what it is about stand in it.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const accessRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/access',
    validateSearch: listSearch(['question', 'source', 'node', 'to']),
    component: lazyRouteComponent(() => import('./WhoReachesWhat.tsx'), 'WhoReachesWhat'),
  }),
];
