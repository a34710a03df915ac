// A person at the browser: redeems an invitation, signs in, steps up. The only place that knows the pages' elements.

import { HOSTS } from './countersign.mjs';

/** Opens the invitation, registers a passkey, and waits for the page that says who is signed in. */
export async function enrol(page, invitation) {
  await page.goto(invitation);
  await page.getByRole('button', { name: 'Register a passkey' }).click();
  await page.locator('main[data-page="home"]').waitFor();
}

/** Presses the button of the sign-in page that the page shows now, and waits to be let go on. */
export const signIn = (page) => press(page, 'Sign in with a passkey');

/** The same for the page that asks for a fresh proof. */
export const stepUp = (page) => press(page, 'Confirm with a passkey');

/**
 * From its next page on, the browser suggests no passkeys in fields, so that the button is what signs in. While the
 * authenticator's owner is present, Chromium would take the suggestion at once, whatever a suite is about to press.
 */
export async function pressesButtons(page) {
  await page.addInitScript(() => { globalThis.PublicKeyCredential.isConditionalMediationAvailable = async () => false; });
}

/** Presses "Sign out" at the sign-in host. */
export async function signOut(page, product) {
  await page.goto(product.url(HOSTS.countersign));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/signed-out');
}

async function press(page, name) {
  await page.getByRole('button', { name }).click();
  await page.waitForURL((url) => url.hostname !== HOSTS.countersign || url.pathname === '/');
}

/** The cookies of a host as a header, for requests outside the browser with the browser's session. */
export async function cookiesOf(context, url) {
  const cookies = await context.cookies(url);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}
