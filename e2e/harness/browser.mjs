// Chromium from Debian's package, with an empty profile and a virtual authenticator: a laptop with a built-in
// passkey store whose owner always touches the sensor.

import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.COUNTERSIGN_CHROMIUM ?? '/usr/bin/chromium';

/** Quiet and alone: no sandbox where root leaves no choice, and nothing that talks to the outside by itself. */
const FLAGS = [
  ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** How long a page may take for one step, on a slow machine that runs another suite too. */
const STEP_MS = 60_000;

/** A browser with one page. `more` are further options of Playwright's launchPersistentContext. */
export async function openBrowser(lifetime, more = {}) {
  await access(EXECUTABLE);
  const profile = await lifetime.folder();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE, headless: true, args: FLAGS, acceptDownloads: true, ...more,
  });
  lifetime.closing(context, () => context.close());
  context.setDefaultTimeout(STEP_MS);
  const [page] = context.pages();
  return { context, page };
}

/**
 * Gives this page a virtual authenticator. It belongs to the page and is gone with it, so a suite signs in and
 * steps up on one page.
 *
 * While its owner is present, Chromium answers even a request that only fills the suggestions of a field
 * (`mediation: "conditional"`), at once and unasked. A suite that wants to press the button says `present(false)` before
 * it opens the page and `present(true)` before it presses: what was pending stays so.
 */
export async function addAuthenticator(page, options = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true, ...options,
    },
  });
  const send = (method, rest = {}) => cdp.send(`WebAuthn.${method}`, { authenticatorId, ...rest });
  return {
    /** What it holds: one entry a passkey, with rpId, userHandle, signCount and isResidentCredential. */
    credentials: async () => (await send('getCredentials')).credentials,
    /** Whether the owner touches the sensor from now on. */
    present: (enabled) => send('setAutomaticPresenceSimulation', { enabled }),
    /** Whether the owner is recognised from now on. */
    verifies: (isUserVerified) => send('setUserVerified', { isUserVerified }),
    /** As if the laptop were a new one. */
    forget: () => send('clearCredentials'),
  };
}
