// The addresses of service accounts: the list, and one account.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const servicesRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/services',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./ServicesList.tsx'), 'ServicesList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/services/$service',
    component: lazyRouteComponent(() => import('./ServiceDetail.tsx'), 'ServiceDetail'),
  }),
];
