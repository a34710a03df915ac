// The addresses of protecting an application: the form, the first accesses of one that is declared, and its change.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const protectRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/protect',
    component: lazyRouteComponent(() => import('./Protect.tsx'), 'Protect'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/applications/$application/first',
    validateSearch: listSearch(['group']),
    component: lazyRouteComponent(() => import('./FirstAccesses.tsx'), 'FirstAccesses'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/applications/$application/change',
    component: lazyRouteComponent(() => import('./ChangeApplication.tsx'), 'ChangeApplication'),
  }),
];
