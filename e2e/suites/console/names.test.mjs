// People, sessions, tokens and whatever else has an id by their names, on every page. See README.md.

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
    // A refusal, for the lists that name its policies.
    await openConsole(page, product, '/people');
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
    ['/decisions?effect=deny', 'Decisions', 'managed-device', '/policies/managed-device'],
    ['/journal?kind=grant', 'Journal', 'grant of Eve Moneypenny at payroll', '/grants/'],
    ['/journal?kind=exception', 'Journal', 'exception to managed-device for Eve Moneypenny', '/exceptions/'],
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
      await page.waitForURL((url) => url.pathname === address);
      await settled(page);
      // What has no name of its own is called on its page by what it belongs to, in other words.
      if (/^(grant|exception) /.test(name)) await page.getByText(id, { exact: true }).waitFor();
      else await page.getByRole('heading', { level: 1 }).filter({ hasText: name }).waitFor();
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

  test('what has no name of its own is called by what it belongs to, before and after its end', async () => {
    await product.run('service', 'token', 'payroll-export', '--expires', '2h');
    const { tokens } = (await product.run('service', 'list')).items.find(({ name }) => name === 'payroll-export');
    const { id: exception } = (await product.run('exception', 'list')).items.find(({ policy }) => policy === 'fresh-posture');
    for (const [id, name] of [
      [tokens.at(-1).id, /^token of payroll-export until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/],
      [exception, /^exception to fresh-posture for Eve Moneypenny$/],
    ]) {
      const called = async () => {
        await openConsole(page, product, `/journal?about=${id}`);
        return page.getByRole('region', { name: 'Journal', exact: true }).locator(`a[title="${id}"]`).allInnerTexts();
      };
      const before = await called();
      for (const each of before) assert.match(each, name);
      await (id === exception
        ? product.run('exception', 'end', id, '--reason', 'over')
        : product.run('service', 'revoke-token', id, '--yes'));
      const after = await called();
      assert.equal(after.length, before.length + 1, 'the fact of its end names it too');
      for (const each of after) assert.match(each, name);
    }
    await openConsole(page, product, '/journal?kind=session');
    const session = page.getByRole('region', { name: 'Journal', exact: true }).getByRole('link', { name: /^session of Administrator since / }).first();
    const about = await session.getAttribute('title');
    await session.click();
    await page.waitForURL((url) => url.searchParams.get('about') === about);
  });

  test('what the journal cannot name keeps its id, and that is said', async () => {
    const id = `tok_${'0'.repeat(26)}12ab34`;
    const nameless = { sequence: 1, at: '2026-11-30T12:00:00Z', kind: 'service.token_revoked', version: 1, by: 'operator', about: [id], body: { token: id } };
    await page.route(/\/api\/v1\/facts(\?|$)/, (route) => route.fulfill({ json: { items: [nameless] } }));
    await openConsole(page, product, '/journal');
    await page.unrouteAll();
    const cell = page.getByRole('region', { name: 'Journal', exact: true }).locator('[data-state="unnamed"]');
    assert.equal(await cell.innerText(), 'tok_\u202612ab34 (no name is known)');
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

/** Returns the ids that stand in the page as text although the server has a name for them. Runs in the page. */
function bareIds() {
  const main = document.querySelector('main').cloneNode(true);
  // What is shown as it was recorded stays so (a path too), and each thing says its own id once.
  for (const raw of main.querySelectorAll('pre, code, [contenteditable], [data-line]')) raw.remove();
  for (const name of main.querySelectorAll('dt')) if (name.textContent === 'Id') name.parentElement.remove();
  for (const own of main.querySelectorAll('td[data-header="Id"]')) own.remove();
  return main.textContent.match(/(?<!\/)\b(per|svc|dev|ses|key|tok|gra|exc|inv|prp|rol)_(\u2026[0-9a-f]{6}|[0-9a-f]{32})/g) ?? [];
}
