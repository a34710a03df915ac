// The addresses of decisions: the list, decisions as they fall, and one decision.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

/** The filters of the list and of the stream, named like the query parameters of both. */
export const FILTERS = ['application', 'person', 'effect', 'action', 'device'] as const;

export const decisionsRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/decisions',
    validateSearch: listSearch([...FILTERS, 'since', 'until']),
    component: lazyRouteComponent(() => import('./DecisionsList.tsx'), 'DecisionsList'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/live',
    validateSearch: listSearch(FILTERS),
    component: lazyRouteComponent(() => import('./Live.tsx'), 'Live'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/decisions/$decision',
    validateSearch: listSearch(['with', 'policies', 'single']),
    component: lazyRouteComponent(() => import('./DecisionDetail.tsx'), 'DecisionDetail'),
  }),
];
