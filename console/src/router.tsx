// The routes of all pages. A page's folder declares its own; this puts them together.

import { createRootRoute, createRouter } from '@tanstack/react-router';
import { Crashed, NotFound } from './components/states.tsx';
import { homeRoutes } from './pages/home/route.tsx';
import { peopleRoutes } from './pages/people/route.tsx';
import { Shell } from './shell/Shell.tsx';

export const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const routes = root.addChildren([...homeRoutes(root), ...peopleRoutes(root)]);

export const router = createRouter({
  routeTree: routes,
  basepath: '/console',
  defaultErrorComponent: Crashed,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
