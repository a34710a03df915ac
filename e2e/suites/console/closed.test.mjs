// The pages that stand where the console would be: it is not built yet, it is closed, it waits. See README.md.

import assert from 'node:assert/strict';
import { cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../../harness/browser.mjs';
import { complaints, viewFindings } from '../../harness/console.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf } from '../../harness/person.mjs';
import { begun, HOSTS } from './installation.mjs';

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../console/dist');
const VIEWS = [['light', 360], ['dark', 360], ['light', 1280], ['dark', 1280], ['light', 2560], ['dark', 2560]];
const ANSWER_MS = 60_000;
/** axe-core is a script itself: without them, it is the width that is judged, and each test reads what the page says. */
const withoutScripts = async () => [];
const SELF = 'resource == Countersign::Resource::"countersign/self"';

describe('the console that does not open', () => {
  const lifetime = new Lifetime();
  let product, context, page, plain, heard, built;
  const address = () => product.url(HOSTS.countersign, '/console/');

  before(async () => {
    // A folder of its own: the suites that run beside this one read the console that is built.
    built = await lifetime.folder();
    ({ product, context, page } = await begun(lifetime, { env: { COUNTERSIGN_CONSOLE_DIST: built } }));
    heard = complaints(page);
    const signedIn = await context.cookies();
    const without = await openBrowser(lifetime, { javaScriptEnabled: false });
    await without.context.addCookies(signedIn);
    plain = without.page;
  });
  after(() => lifetime.close());

  test('a console that is not built yet says so, and what to do, with and without JavaScript', async () => {
    for (const one of [page, plain]) {
      // It loads itself again every few seconds, which would end a judgement in the middle.
      const { status, headers: { refresh, ...headers }, text: body } = await asked();
      assert.deepEqual([status, refresh], [503, '5']);
      await one.route('**/console/', (route) => route.fulfill({ status, headers, body }));
      await judged(one, 'The console is being built');
      assert.match(await one.locator('main').innerText(), /opens as soon as it is there[\s\S]*make console/);
      await one.getByRole('link', { name: 'Go to your front page' }).waitFor();
      await one.unroute('**/console/');
    }
  });

  test('it opens by itself once it is built', async () => {
    await page.goto(address());
    // The document comes last, as a build writes it: it names the assets.
    await cp(path.join(DIST, 'assets'), path.join(built, 'assets'), { recursive: true });
    await cp(path.join(DIST, 'index.html'), path.join(built, 'index.html'));
    await page.getByRole('region', { name: 'My sessions' }).waitFor({ timeout: ANSWER_MS });
  });

  test('a console that waits for the server says what it waits for', async () => {
    await page.route('**/api/v1/me', () => {});
    const found = await viewFindings(page, async () => {
      await page.goto(address());
      await page.getByRole('status').filter({ hasText: 'Loading Your account.' }).waitFor();
    }, VIEWS);
    assert.deepEqual(found, []);
    await page.unroute('**/api/v1/me');
  });

  test('a console that is closed says why and what would open it, with and without JavaScript', async () => {
    await closes('unless { context has device }');
    for (const one of [page, plain]) {
      const answer = await one.goto(address());
      assert.equal(answer.status(), 403);
      await judged(one, 'The console is closed to you');
      const said = await one.locator('main').innerText();
      assert.match(said, /Nobody looks in from here\.[\s\S]*What would open it:[\s\S]*Use a managed device/);
      assert.equal(await one.getByRole('link', { name: 'Confirm that it is you' }).count(), 0);
    }
  });

  test('one that a fresh passkey would open leads there, and the front page stays open', async () => {
    await closes('unless { context has authentication && context.authentication.age <= 1 }');
    await until(async () => (await plain.goto(address())).status() === 403, ANSWER_MS, () => 'the passkey stays fresh');
    for (const one of [page, plain]) {
      await judged(one, 'The console is closed to you');
      const confirm = one.getByRole('link', { name: 'Confirm that it is you' });
      assert.match(await confirm.getAttribute('href'), /^\/step-up\?.*return=%2Fconsole%2F/);
    }
    await page.getByRole('link', { name: 'Confirm that it is you' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Confirm that it is you', level: 1 }).waitFor();
    await page.goto(product.url(HOSTS.countersign));
    await page.locator('main[data-page="home"]').waitFor();
  });

  test('the policy of no page blocked anything on it', () => assert.deepEqual(heard, []));

  /** Judges the page at the console's address in every view. */
  async function judged(one, heading) {
    const found = await viewFindings(one, async () => {
      await one.goto(address());
      assert.equal(await one.getByRole('heading', { level: 1 }).innerText(), heading);
    }, VIEWS, one === plain ? withoutScripts : undefined);
    assert.deepEqual(found, [], heading);
  }

  /** Asks for the console with the session of the browser, without the browser. */
  async function asked() {
    const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    return product.ask(HOSTS.countersign, '/console/', { headers: { cookie } });
  }

  /** Closes the console, but where this holds. */
  async function closes(unless) {
    const dir = await lifetime.folder();
    await product.run('policy', 'pull', dir);
    await rm(path.join(dir, 'tests'), { recursive: true, force: true });
    const rule = `@id("closed-console") @owner("security") @reason("Nobody looks in from here.") @review("2030-01-01")
      forbid (principal, action, ${SELF}) ${unless};\n`;
    await writeFile(path.join(dir, 'guardrails', 'closed.cedar'), rule);
    await product.run('policy', 'publish', dir, '--yes');
    await until(async () => (await asked()).status === 403, ANSWER_MS, () => 'the console stays open');
  }
});
