// The addresses of findings: by cause, one by one, and one of them.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const findingRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/findings',
    validateSearch: listSearch(['state', 'severity', 'source']),
    component: lazyRouteComponent(() => import('./CauseList.tsx'), 'CauseList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/findings/list',
    validateSearch: listSearch(['state', 'severity', 'source', 'detector', 'cause']),
    component: lazyRouteComponent(() => import('./FindingList.tsx'), 'FindingList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/findings/$finding',
    component: lazyRouteComponent(() => import('./FindingDetail.tsx'), 'FindingDetail'),
  }),
];
