// The start of the console.

import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './shell/console.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onReturn } from './api/connection.ts';
import { ExactMoment } from './components/ExactMoment.tsx';
import { router } from './router.tsx';
import { nonce } from './shell/nonce.ts';
import { ProofDialogue } from './shell/ProofDialogue.tsx';
import { theme, variables } from './shell/theme.ts';

const queries = new QueryClient({
  defaultOptions: {
    // The server says plainly what is wrong; asking again is the person's decision.
    queries: { retry: false, staleTime: 5_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

// What was missed while the server was away is loaded again.
onReturn(() => void queries.invalidateQueries());

const root = document.getElementById('console');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={nonce}>
        <QueryClientProvider client={queries}>
          <Notifications />
          <RouterProvider router={router} />
          <ProofDialogue />
          <ExactMoment />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
