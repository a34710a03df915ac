// The addresses of sources: the list, and one source.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const sourcesRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/sources',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./SourcesList.tsx'), 'SourcesList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$source',
    component: lazyRouteComponent(() => import('./SourceDetail.tsx'), 'SourceDetail'),
  }),
];
