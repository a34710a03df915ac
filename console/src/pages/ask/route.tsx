// The address of questions. It holds the question.

import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { listSearch } from '../../components/list-search.ts';

export const askRoutes = (root: AnyRoute) => [
  createRoute({
    getParentRoute: () => root,
    path: '/ask',
    validateSearch: listSearch(),
    component: lazyRouteComponent(() => import('./Ask.tsx'), 'Ask'),
  }),
];
