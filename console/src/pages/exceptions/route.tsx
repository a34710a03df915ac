// The address of the list of exceptions.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const exceptionsRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/exceptions',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./ExceptionsList.tsx'), 'ExceptionsList'),
  }),
];
