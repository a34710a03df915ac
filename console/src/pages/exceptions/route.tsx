// The addresses of exceptions: the list, and one exception.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const exceptionRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/exceptions',
    validateSearch: listSearch(['ending']),
    component: lazyRouteComponent(() => import('./ExceptionList.tsx'), 'ExceptionList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/exceptions/$exception',
    component: lazyRouteComponent(() => import('./ExceptionDetail.tsx'), 'ExceptionDetail'),
  }),
];
