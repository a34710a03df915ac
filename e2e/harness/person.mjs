// A person at the browser: redeems an invitation, signs in, steps up. The only place that knows the pages' elements.

import { HOSTS } from './countersign.mjs';

/** Opens the invitation, registers a passkey, and waits for the page that says who is signed in. */
export async function enrol(page, invitation) {
  await page.goto(invitation);
  await page.getByRole('button', { name: 'Register a passkey' }).click();
  await page.locator('main[data-page="home"]').waitFor();
}

/** Presses the button of the sign-in page that the page shows now, and waits to be let go on. */
export const signIn = (page, authenticator) => press(page, authenticator, 'Sign in with a passkey');

/** The same for the page that asks for a fresh proof. */
export const stepUp = (page, authenticator) => press(page, authenticator, 'Confirm with a passkey');

/** Opens an address that needs a sign-in, with the owner away, so that the button is what signs in. */
export async function visit(page, authenticator, url) {
  await authenticator.present(false);
  const answer = await page.goto(url);
  await authenticator.present(true);
  return answer;
}

/** Presses "Sign out" at the sign-in host. */
export async function signOut(page, product) {
  await page.goto(product.url(HOSTS.countersign));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/signed-out');
}

async function press(page, authenticator, name) {
  await authenticator.present(true);
  await page.getByRole('button', { name }).click();
  await page.waitForURL((url) => url.hostname !== HOSTS.countersign || url.pathname === '/');
}

/** The cookies of a host as a header, for requests outside the browser with the browser's session. */
export async function cookiesOf(context, url) {
  const cookies = await context.cookies(url);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}
