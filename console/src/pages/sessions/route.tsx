// The address of the list of sessions.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const sessionsRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/sessions',
    validateSearch: listSearch(['person']),
    component: lazyRouteComponent(() => import('./SessionsList.tsx'), 'SessionsList'),
  }),
];
