// See README.md beside this file. The pages that the server renders: one installation, each page judged as it is reached.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { complaints, openConsole, viewFindings } from '../../harness/console.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { enrol, pressesButtons } from '../../harness/person.mjs';

const VIEWS = [['light', 360], ['dark', 360], ['light', 1280], ['dark', 2560]];
/** What a colour is called in the pages of the server, and in the console. */
const COLOURS = [
  ['--ground', '--ground'],
  ['--sheet', '--mantine-color-body'],
  ['--ink', '--mantine-color-text'],
  ['--quiet', '--mantine-color-dimmed'],
  ['--link', '--mantine-color-anchor'],
  ['--act', '--mantine-primary-color-filled'],
];

describe('the pages that the server renders', () => {
  const lifetime = new Lifetime();
  let product, page, heard;
  const own = (at) => product.url(HOSTS.countersign, at);
  const wiki = (at) => product.url(HOSTS.wiki, at);

  before(async () => {
    product = await startUp(lifetime);
    ({ page } = await openBrowser(lifetime));
    heard = complaints(page);
    await pressesButtons(page);
    await addAuthenticator(page);
  });
  after(() => lifetime.close());

  test('the pages for whoever is not signed in', async () => {
    await judged('Sign in', () => page.goto(wiki('/pages/welcome')));
    await judged('This did not work', () => page.goto(own('/sign-in?host=x')));
    await judged('You are signed out', () => page.goto(own('/signed-out')));
    await judged('Register a passkey', async () => {
      // The link is whole only with its fragment; a page in between makes the browser load it anew.
      await page.goto(own('/signed-out'));
      await page.goto(product.invitation);
      await page.getByRole('button', { name: 'Register a passkey' }).waitFor();
    });
    await judged('Register a passkey', async () => {
      await page.goto(own('/signed-out'));
      await page.goto(own('/enrol'));
      await page.getByText('This link is not whole').waitFor();
    });
  });

  test('what is pressed can be found by keyboard, and nothing moves for whoever asks for that', async () => {
    await page.goto(own('/sign-in'));
    const button = page.getByRole('button', { name: 'Sign in with a passkey' });
    const look = () => button.evaluate((element) => {
      const { outlineStyle, outlineWidth, transitionDuration } = getComputedStyle(element);
      return { outline: outlineStyle === 'none' ? 0 : parseFloat(outlineWidth), moves: parseFloat(transitionDuration) };
    });
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.equal((await look()).outline, 0);
    assert.ok((await look()).moves > 0);
    for (let stops = 0; stops < 5 && !(await button.evaluate((element) => element === document.activeElement)); stops += 1) {
      await page.keyboard.press('Tab');
    }
    assert.ok((await look()).outline >= 2, JSON.stringify(await look()));
    await page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal((await look()).moves, 0);
  });

  test('the pages for whoever is signed in', async () => {
    await enrol(page, product.invitation);
    await judged('Administrator', () => page.goto(own('/')));
    await judged('Confirm that it is you', () => page.goto(own('/step-up')));
    await judged('Request a grant', () => page.goto(own('/grants/request?application=vault')));
  });

  test('the pages of a gate: what it refuses, what it asks, what it does not have', async () => {
    await judged('Sign out?', () => page.goto(wiki('/.countersign/sign-out')));
    await judged('There is nothing here', () => page.goto(wiki('/.countersign/nothing')));
    await page.goto(wiki('/pages/welcome/edit'));
    await page.getByLabel('Text').fill('changed');
    await page.getByRole('button', { name: 'Save' }).click();
    // A page that answers a form is not opened a second time.
    await judged('You cannot do this', async () => {});
    assert.equal(await page.locator('[data-remedy]').textContent(), 'Use a managed device.');
  });

  test('their colours are the console\u2019s, in both schemes', async () => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(own('/'));
      const rendered = await coloursOf(COLOURS.map(([name]) => name));
      await openConsole(page, product);
      assert.deepEqual(rendered, await coloursOf(COLOURS.map(([, name]) => name)), colorScheme);
    }
  });

  test('without JavaScript each page still says what happened, and what it needs', async () => {
    const { page: plain } = await openBrowser(lifetime, { javaScriptEnabled: false });
    await plain.goto(wiki('/pages/welcome'));
    assert.match(await plain.locator('main').innerText(), /Passkeys need JavaScript\. Allow it for this site/);
    await plain.goto(wiki('/.countersign/sign-out'));
    await plain.getByRole('button', { name: 'Sign out' }).waitFor();
    await plain.goto(wiki('/.countersign/nothing'));
    assert.match(await plain.locator('main').innerText(), /There is nothing here/);
  });

  test('the policy of no page blocked anything on it', () => assert.deepEqual(heard, []));

  /** Judges the page with this heading in every view. */
  async function judged(heading, open) {
    const found = await viewFindings(page, async () => {
      await open();
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), heading);
    }, VIEWS);
    assert.deepEqual(found, [], `${heading}: ${page.url()}`);
  }

  /** Returns these colours of the page that is shown, as the browser writes a colour. */
  function coloursOf(names) {
    return page.evaluate((names) => names.map((name) => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.color = `var(${name}, transparent)`;
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }), names);
  }
});
