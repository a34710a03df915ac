// People, service accounts, devices, groups and applications by their names, on every page. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { populateByBrowser } from './governance.mjs';
import { ADMINISTRATOR, begun, mayAdminister, personId } from './installation.mjs';
import { consolePages, populate } from './pages.mjs';

const ADA = 'ada@example.org';

describe('names in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, known;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    heard = complaints(page);
    known = await populate(product);
    await mayAdminister(product, await lifetime.folder());
    await populateByBrowser(product, page);
    // The administrator at the browser is the author of something of each kind.
    await page.evaluate(async () => {
      const send = (at, method, body) =>
        fetch(`/api/v1${at}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
      await send('/replays', 'POST', {});
      await send('/groups', 'POST', { name: 'readers', purpose: 'read the wiki' });
      const grants = await (await send('/grants?state=requested', 'GET')).json();
      await send(`/grants/${grants.items[0].id}/approve`, 'POST');
    });
    const [{ cohort, resource, action, item }] = (await product.run('trust', 'list')).items;
    await product.run('trust', 'own', '--cohort', cohort, '--resource', resource, '--action', action, '--item', item, '--owner', ADA);
  });
  after(() => lifetime.close());

  test('no page shows the id of somebody or something that has a name, and none asks for names one by one', async () => {
    const pages = await consolePages(product, known);
    const found = [];
    for (const { at } of pages) {
      const asked = [];
      const listen = (request) => asked.push(new URL(request.url()).pathname);
      page.on('request', listen);
      await openConsole(page, product, at);
      page.off('request', listen);
      found.push(...(await page.evaluate(bareIds)).map((id) => `${at}: ${id}`));
      const single = asked.filter((one) => /^\/api\/v1\/(people|services|devices)\/[^/]+$/.test(one) && !at.endsWith(one.split('/').at(-1)));
      found.push(...single.map((one) => `${at} asks for ${one}`));
    }
    assert.deepEqual(found, []);
  });

  for (const [at, region, name, to] of [
    ['/services', 'Service accounts', 'Ada Lovelace', '/people/'],
    ['/devices', 'Devices', 'Ada Lovelace', '/people/'],
    ['/exceptions', 'Exceptions', 'Eve Moneypenny', '/people/'],
    ['/register', 'Implicit trust', 'Ada Lovelace', '/people/'],
    ['/grants', 'Grants', 'wiki', '/applications/wiki'],
    ['/journal?kind=device', 'Journal', 'Ada\u2019s laptop', '/devices/'],
    ['/people', 'People', 'editors', '/groups/editors'],
  ]) {
    test(`a name at ${at} leads to its page, and has the id when it is pointed at`, async () => {
      await openConsole(page, product, at);
      const link = page.getByRole('region', { name: region, exact: true }).getByRole('link', { name, exact: true }).first();
      const address = await link.getAttribute('href');
      assert.ok(address.startsWith(`/console${to}`), address);
      const title = await link.getAttribute('title');
      const id = address.split('/').at(-1);
      assert.equal(title.split(':').at(-1), id);
      await link.click();
      await page.getByRole('heading', { level: 1 }).filter({ hasText: name }).waitFor();
    });
  }

  test('what the administrator did has their name, in every list of authors', async () => {
    for (const [at, region] of [
      ['/jobs', 'Jobs'], ['/journal?kind=group', 'Journal'], ['/proposals', 'Proposals'],
    ]) {
      await openConsole(page, product, at);
      await page.getByRole('region', { name: region, exact: true }).getByRole('link', { name: 'Administrator', exact: true }).first().waitFor();
    }
  });

  test('who was removed since is said to be, and their id leads to what the journal says of them', async () => {
    const ada = await personId(product, ADA);
    await product.run('person', 'remove', ADA, '--yes');
    await openConsole(page, product, '/services');
    const cell = page.getByRole('region', { name: 'Service accounts' }).locator('[data-state="removed"]');
    assert.match(await cell.innerText(), /^per_\u2026[0-9a-f]{6} \(removed\)$/);
    await cell.getByRole('link').click();
    await page.waitForURL((url) => url.pathname === '/console/journal' && url.searchParams.get('about') === ada);
    await settled(page);
    await page.getByRole('region', { name: 'Journal' }).locator('[data-state="removed"]').first().waitFor();
  });

  test('nothing on these pages is blocked by their policy', () => assert.deepEqual(heard, []));
});

/** Returns the ids of people, service accounts and devices that stand in the page as text. Runs in the page. */
function bareIds() {
  const main = document.querySelector('main').cloneNode(true);
  // What is shown as it was recorded stays so (a path too), and each thing says its own id once.
  for (const raw of main.querySelectorAll('pre, code, [contenteditable], [data-line]')) raw.remove();
  for (const name of main.querySelectorAll('dt')) if (name.textContent === 'Id') name.parentElement.remove();
  return main.textContent.match(/(?<!\/)\b(per|svc|dev)_(\u2026[0-9a-f]{6}|[0-9a-f]{32})/g) ?? [];
}
