// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { complaints, openConsole, seriousFindings, settled } from '../../harness/console.mjs';
import { startAgain } from '../../harness/countersign.mjs';
import { stub } from '../../harness/http.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { cookiesOf } from '../../harness/person.mjs';
import { ADMINISTRATOR, API, begun, HOSTS, mayAdminister, mayRead, personId } from './installation.mjs';

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../console/dist');
const PERSON = 'eve@example.org';
/** The most that the first page may load of scripts, compressed. */
const FIRST_LOAD = 250_000;

describe('the console', () => {
  const lifetime = new Lifetime();
  let product, context, page, heard, folder;

  before(async () => {
    ({ product, context, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
    await product.run('person', 'add', '--name', 'Eve', '--email', PERSON, '--kind', 'contractor');
  });
  after(() => lifetime.close());

  test('whoever is not signed in is taken to the sign-in, and back to the page that they opened', async () => {
    await context.clearCookies();
    await page.goto(product.url(HOSTS.countersign, '/console/people?kind=contractor'));
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await signInAndBack();
    const { pathname, search } = new URL(page.url());
    assert.deepEqual([pathname, search], ['/console/people', '?kind=contractor']);
    const { items } = await product.run('decisions', '--person', ADMINISTRATOR);
    const visit = items.find(({ item }) => item === '/console/people');
    assert.deepEqual([visit.resource, visit.action, visit.effect], ['countersign/self', 'read', 'allow']);
  });

  test('people are closed to whoever may not read them, and the page says what would open it', async () => {
    await settled(page);
    const closed = page.locator('[data-state="no-permission"]');
    await closed.waitFor();
    assert.match(await closed.innerText(), /What would open it:\s+Use a managed device\./);
    assert.equal(await page.getByText(PERSON).count(), 0);
    const offered = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    assert.ok(offered.includes('My access') && !offered.includes('People'), offered.join());
    assert.match(await page.locator('[data-state="closed-pages"]').innerText(), /Use a managed device/);
  });

  test('my access shows what is mine', async () => {
    await openConsole(page, product);
    for (const [section, says] of [
      ['Applications', /wiki\s+Open now/],
      ['My sessions', /This one/i],
      ['My passkeys', /Linux/],
    ]) {
      assert.match(await page.getByRole('region', { name: section }).innerText(), says, section);
    }
    const wiki = page.getByRole('region', { name: 'Applications' }).getByRole('link', { name: 'wiki' });
    assert.equal(await wiki.getAttribute('href'), product.url(HOSTS.wiki));
  });

  test('a session that I end elsewhere is over at once', async () => {
    const elsewhere = await cookiesOf(context, product.url(HOSTS.countersign));
    await context.clearCookies();
    await page.goto(product.url(HOSTS.countersign, '/console/'));
    await signInAndBack();
    await settled(page);
    assert.equal((await as(elsewhere, '/me')).status, 200);
    await page.getByRole('region', { name: 'My sessions' }).getByText('This one').waitFor();
    // One of the others is that of the cookie above, so all are ended.
    const end = page.getByRole('region', { name: 'My sessions' }).getByRole('button', { name: 'End' });
    while ((await end.count()) > 0) {
      const before = await end.count();
      await end.first().click();
      const dialogue = page.getByRole('dialog');
      assert.match(await dialogue.innerText(), /ends everywhere at once/);
      await dialogue.getByRole('button', { name: 'End', exact: true }).click();
      await dialogue.waitFor({ state: 'detached' });
      await page.waitForFunction((n) => document.querySelectorAll('section[aria-label="My sessions"] button').length < n, before);
    }
    assert.equal((await as(elsewhere, '/me')).status, 401);
  });

  test('a moment that is pointed at says its UTC, one at a time', async () => {
    await openConsole(page, product);
    const moments = page.locator('main time');
    const exact = page.getByRole('tooltip');
    for (const at of [0, 1]) {
      await moments.nth(at).hover();
      const utc = new Date(await moments.nth(at).getAttribute('datetime')).toISOString().replace('T', ' ').replace('Z', ' UTC');
      await exact.filter({ hasText: utc }).waitFor();
      assert.equal(await exact.count(), 1);
    }
    await page.getByRole('heading', { level: 1 }).hover();
    await exact.waitFor({ state: 'detached' });
  });

  test('a list is searched, filtered and sorted by its address', async () => {
    await mayRead(product, folder);
    await openConsole(page, product);
    // An administrator is told how the installation is, and what to do next.
    assert.match(await page.locator('[data-state="next-step"]').innerText(), /second administrator/);
    await page.getByRole('navigation').getByRole('link', { name: 'People', exact: true }).click();
    await settled(page);
    const list = page.getByRole('region', { name: 'People' });
    await list.getByText(PERSON).waitFor();
    await page.getByRole('searchbox', { name: 'Name, address or alias' }).fill('eve');
    await page.keyboard.press('Enter');
    await list.getByText(ADMINISTRATOR).waitFor({ state: 'detached' });
    await list.getByRole('button', { name: 'Sort by Name' }).click();
    await page.waitForURL(/q=eve/);
    await page.waitForURL(/sort=name/);
    const address = page.url();
    await page.goto(address);
    await settled(page);
    assert.equal(await page.getByRole('searchbox', { name: 'Name, address or alias' }).inputValue(), 'eve');
    assert.equal(await list.getByRole('row').count(), 2);
    assert.equal(await list.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort'), 'ascending');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await list.getByText(ADMINISTRATOR).waitFor();
  });

  test('one person has an address, and nothing is offered that is not allowed', async () => {
    await page.getByRole('link', { name: 'Eve' }).click();
    await page.getByRole('heading', { name: 'Eve', level: 1 }).waitFor();
    await settled(page);
    assert.equal(new URL(page.url()).pathname, `/console/people/${await personId(product, PERSON)}`);
    assert.match(await page.getByRole('region', { name: 'What they can reach' }).innerText(), /wiki/);
    assert.equal(await page.getByRole('button', { name: 'Suspend' }).count(), 0);
    assert.match(await page.locator('[data-state="needs"]').innerText(), /To change this: .*managed device/i);
  });

  test('an action whose session ended in between asks to sign in, keeps what was typed, and is carried out once', async () => {
    await mayAdminister(product, folder);
    await page.reload();
    await page.getByRole('button', { name: 'Suspend' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Suspend' });
    assert.match(await dialogue.innerText(), /can do nothing until they are restored/);
    await dialogue.getByLabel('Reason, for the record').fill('laptop stolen');
    for (const { id } of (await product.run('session', 'list')).items) await product.run('session', 'revoke', id);
    await dialogue.getByRole('button', { name: 'Suspend' }).click();
    const asked = page.getByRole('dialog', { name: 'Your session has ended' });
    await asked.waitFor();
    assert.equal((await product.run('person', 'show', PERSON)).standing, 'active');
    await asked.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('definition').filter({ hasText: 'laptop stolen' }).waitFor();
    const eve = await product.run('person', 'show', PERSON);
    assert.deepEqual([eve.standing, eve.suspended_because], ['suspended', 'laptop stolen']);
    await page.getByRole('button', { name: 'Restore' }).waitFor();
  });

  test('nothing that these pages do is blocked by their policy', () => {
    assert.deepEqual(heard, []);
  });

  test('by keyboard, the content is one stop away and the palette opens a page', async () => {
    await openConsole(page, product);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search the pages').fill('People');
    await page.getByRole('dialog').getByText('People').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  });

  test('an address that leads nowhere says so', async () => {
    await openConsole(page, product, '/nowhere');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await openConsole(page, product, `/people/per_${'0'.repeat(32)}`);
    assert.match(await page.locator('[data-state="failed"]').innerText(), /there is no person/i);
  });

  test('the first page loads little', async () => {
    const loaded = [];
    const listen = (answer) => { if (answer.url().endsWith('.js')) loaded.push(path.basename(new URL(answer.url()).pathname)); };
    page.on('response', listen);
    await openConsole(page, product);
    page.off('response', listen);
    const sizes = await Promise.all(loaded.filter((name) => name !== 'authn.js').map(async (name) => (await stat(path.join(DIST, 'assets', `${name}.br`))).size));
    const sum = sizes.reduce((one, other) => one + other, 0);
    assert.ok(sizes.length > 0 && sum <= FIRST_LOAD, `${sum} bytes in ${sizes.length} files`);
  });

  test('documents and assets are answered as they should be', async () => {
    const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    const get = (at, headers = {}, method = 'GET') => product.ask(HOSTS.countersign, at, { method, headers: { cookie, ...headers } });
    const [one, other] = [await get('/console/people'), await get('/console/no/such/page')];
    const nonce = (answer) => /'nonce-([0-9a-f]{32})'/.exec(answer.headers['content-security-policy'])[1];
    assert.notEqual(nonce(one), nonce(other));
    for (const answer of [one, other]) {
      assert.deepEqual([answer.status, answer.headers['cache-control']], [200, 'no-store']);
      assert.ok(answer.text.includes(`nonce="${nonce(answer)}"`) && !answer.text.includes('COUNTERSIGN_NONCE'), answer.text);
      assert.match(answer.headers['content-security-policy'], /frame-ancestors 'none'/);
    }
    const [script] = /\/console\/assets\/index-[\w-]+\.js/.exec(one.text);
    const asset = await get(script, { 'accept-encoding': 'br' });
    assert.deepEqual([asset.status, asset.headers['content-encoding']], [200, 'br']);
    assert.match(asset.headers['cache-control'], /immutable/);
    const held = await get(script, { 'accept-encoding': 'br', 'if-none-match': asset.headers.etag });
    assert.deepEqual([held.status, held.text], [304, '']);
    const plain = await get(script);
    assert.equal(plain.text, await readFile(path.join(DIST, script.replace('/console/', '')), 'utf8'));
    for (const missing of ['/console/assets/nothing.js', '/console/assets/../index.html', '/console/assets/%2e%2e/index.html']) {
      const answer = await get(missing);
      assert.ok(!answer.text.includes('<html') || answer.status === 400, missing);
      assert.notEqual(answer.status, 200, missing);
    }
    assert.equal((await get('/console/', {}, 'POST')).status, 405);
  });

  test('another site can link to the console, and can neither frame it nor load it nor command through it', async () => {
    const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    const from = (at, headers, method = 'GET', body = undefined) => product.ask(HOSTS.countersign, at, { method, body, headers: { cookie, ...headers } });
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
    assert.equal((await from('/console/', foreign)).status, 403);
    const command = await from(`${API}/people/${PERSON}/restore`, { 'sec-fetch-site': 'cross-site', origin: 'http://evil.localhost' }, 'POST');
    assert.equal(command.status, 403);
    assert.equal((await product.run('person', 'show', PERSON)).standing, 'suspended');

    const site = await foreignSite(`<iframe src="${product.url(HOSTS.countersign, '/console/')}"></iframe><a href="${product.url(HOSTS.countersign, '/console/')}">console</a>`);
    const other = await context.newPage();
    await other.goto(site);
    assert.match(await other.frameLocator('iframe').locator('body').innerText(), /Another site loads this/);
    await other.getByRole('link').click();
    await other.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(new URL(other.url()).pathname, '/console/');
    await other.close();
  });

  test('a server that stops while a page is open is missed, and the page goes on when it is back', async () => {
    await openConsole(page, product, '/people');
    await product.child.stop();
    await page.getByRole('button', { name: 'Sort by Name' }).click();
    await page.locator('[data-state="unreachable"]').waitFor();
    product = await startAgain(lifetime, product);
    await page.locator('[data-state="unreachable"]').waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'People' }).getByText(PERSON).waitFor();
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    t.diagnostic(`${await product.replayed()} decisions asked again`);
  });

  async function signInAndBack() {
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/console/**');
  }

  const as = (cookie, at) => product.ask(HOSTS.countersign, `${API}${at}`, { headers: { cookie } });

  /** A page of another site: its address. */
  async function foreignSite(html) {
    const server = await stub(lifetime, (_, answer) => {
      answer.setHeader('content-type', 'text/html');
      answer.end(`<!doctype html><title>elsewhere</title>${html}`);
    });
    return `http://evil.localhost:${server.port}/`;
  }
});
