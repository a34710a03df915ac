// The addresses of jobs: the list, and one job.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const jobRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/jobs',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./JobList.tsx'), 'JobList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/jobs/$job',
    component: lazyRouteComponent(() => import('./JobDetail.tsx'), 'JobDetail'),
  }),
];
