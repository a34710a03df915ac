// The address of the register of implicit trust.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const trustsRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/register',
    validateSearch: listSearch(['application', 'item', 'state']),
    component: lazyRouteComponent(() => import('./TrustsList.tsx'), 'TrustsList'),
  }),
];
