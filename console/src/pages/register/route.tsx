// The addresses of the register: its entries, one entry, and the map.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';
import { ENTRY_PARTS } from './entry.ts';

export const registerRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/register',
    validateSearch: listSearch(['state', 'cohort', 'item', 'application', 'resource', 'action']),
    component: lazyRouteComponent(() => import('./Register.tsx'), 'Register'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/register/entry',
    validateSearch: listSearch(ENTRY_PARTS),
    component: lazyRouteComponent(() => import('./Entry.tsx'), 'Entry'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/register/map',
    component: lazyRouteComponent(() => import('./RegisterMap.tsx'), 'RegisterMap'),
  }),
];
