// The addresses of the journal: its facts, and one fact.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const journalRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/journal',
    validateSearch: listSearch(['kind', 'by', 'about', 'since', 'until']),
    component: lazyRouteComponent(() => import('./Journal.tsx'), 'Journal'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/journal/$sequence',
    component: lazyRouteComponent(() => import('./FactDetail.tsx'), 'FactDetail'),
  }),
];
