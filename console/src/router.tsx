// The routes of all pages. A page's folder declares its own; this puts them together.

import { createRootRoute, createRouter } from '@tanstack/react-router';
import { Crashed, NotFound } from './components/states.tsx';
import { accessRoutes } from './pages/access/route.tsx';
import { applicationsRoutes } from './pages/applications/route.tsx';
import { askRoutes } from './pages/ask/route.tsx';
import { decisionsRoutes } from './pages/decisions/route.tsx';
import { devicesRoutes } from './pages/devices/route.tsx';
import { exceptionRoutes } from './pages/exceptions/route.tsx';
import { findingRoutes } from './pages/findings/route.tsx';
import { grantRoutes } from './pages/grants/route.tsx';
import { groupsRoutes } from './pages/groups/route.tsx';
import { homeRoutes } from './pages/home/route.tsx';
import { identityRoutes } from './pages/identities/route.tsx';
import { inventoryRoutes } from './pages/inventory/route.tsx';
import { jobRoutes } from './pages/jobs/route.tsx';
import { journalRoutes } from './pages/journal/route.tsx';
import { peopleRoutes } from './pages/people/route.tsx';
import { policyRoutes } from './pages/policies/route.tsx';
import { protectRoutes } from './pages/protect/route.tsx';
import { registerRoutes } from './pages/register/route.tsx';
import { reviewRoutes } from './pages/reviews/route.tsx';
import { rolloutRoutes } from './pages/rollouts/route.tsx';
import { servicesRoutes } from './pages/services/route.tsx';
import { sessionsRoutes } from './pages/sessions/route.tsx';
import { sourcesRoutes } from './pages/sources/route.tsx';
import { Shell } from './shell/Shell.tsx';

export const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const routes = root.addChildren([
  ...accessRoutes(root),
  ...applicationsRoutes(root),
  ...askRoutes(root),
  ...decisionsRoutes(root),
  ...devicesRoutes(root),
  ...exceptionRoutes(root),
  ...grantRoutes(root),
  ...groupsRoutes(root),
  ...homeRoutes(root),
  ...inventoryRoutes(root),
  ...identityRoutes(root),
  ...jobRoutes(root),
  ...journalRoutes(root),
  ...peopleRoutes(root),
  ...policyRoutes(root),
  ...protectRoutes(root),
  ...registerRoutes(root),
  ...rolloutRoutes(root),
  ...servicesRoutes(root),
  ...sessionsRoutes(root),
  ...sourcesRoutes(root),
  ...findingRoutes(root),
  ...reviewRoutes(root),
]);

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
