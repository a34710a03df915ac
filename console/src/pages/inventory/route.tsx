// The addresses of the inventory: the list, and one thing in it, which its source and key name.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const inventoryRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/inventory',
    validateSearch: listSearch(['kind', 'source']),
    component: lazyRouteComponent(() => import('./InventoryList.tsx'), 'InventoryList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/inventory/node',
    validateSearch: listSearch(['source', 'key']),
    component: lazyRouteComponent(() => import('./NodeDetail.tsx'), 'NodeDetail'),
  }),
];
