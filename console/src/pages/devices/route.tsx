// The addresses of devices: the list, and one device.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const devicesRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/devices',
    validateSearch: listSearch(['owner']),
    component: lazyRouteComponent(() => import('./DevicesList.tsx'), 'DevicesList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/devices/$device',
    component: lazyRouteComponent(() => import('./DeviceDetail.tsx'), 'DeviceDetail'),
  }),
];
