// The addresses of applications: the list, and one application.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const applicationsRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/applications',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./ApplicationsList.tsx'), 'ApplicationsList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/applications/$application',
    component: lazyRouteComponent(() => import('./ApplicationDetail.tsx'), 'ApplicationDetail'),
  }),
];
