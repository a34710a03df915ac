// The pages of the register of implicit trust: its entries, one entry, the map. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { signIn } from '../../harness/person.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { confirm, dialogueOf, judge } from './governance.mjs';
import { ADMINISTRATOR, begun, HOSTS, mayAdminister, mayRead } from './installation.mjs';

describe('the register in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, folder, entry;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
  });
  after(() => lifetime.close());

  test('an empty register says what fills it', async () => {
    await mayRead(product, folder);
    await openConsole(page, product, '/register/map');
    await page.getByText('The register knows of no implicit trust. Run a proof first: countersign prove.').waitFor();
    await openConsole(page, product, '/register');
    await page.getByText('There is nothing here.').waitFor();
  });

  test('entries are filtered by their state, cohort and item, in the address', async () => {
    await page.goto(product.url(HOSTS.wiki));
    if (new URL(page.url()).pathname === '/sign-in') await signIn(page);
    await page.waitForURL((url) => url.hostname === HOSTS.wiki);
    await mayAdminister(product, folder);
    await page.goto(product.url(HOSTS.wiki));
    await product.run('prove', '--since', '1d');
    entry = (await product.run('trust', 'list')).items.find(({ item, resource }) => item === 'place' && resource.startsWith('wiki/'));
    assert.ok(entry, JSON.stringify(await product.run('trust', 'list')));
    await openConsole(page, product, '/register');
    assert.match(await list().innerText(), new RegExp(`${entry.resource}[\\s\\S]*Employees[\\s\\S]*Discovered`));
    await page.getByRole('combobox', { name: 'Not checked' }).click();
    await page.getByRole('option', { name: 'Place' }).click();
    await page.waitForURL(/item=place/);
    await list().getByText('Grant', { exact: true }).first().waitFor({ state: 'detached' });
    await openConsole(page, product, '/register?state=documented');
    await page.getByText('Nothing matches.').waitFor();
  });

  test('one entry gets an owner, after it was shown what changes', async () => {
    await openConsole(page, product, '/register?item=place&application=wiki');
    await list().getByRole('link', { name: entry.resource }).first().click();
    await page.getByRole('heading', { name: `Employees: ${entry.action} ${entry.resource}`, level: 1 }).waitFor();
    await settled(page);
    const dialogue = await dialogueOf(page, page, 'Assign an owner');
    await dialogue.getByLabel('Owner').fill('nobody@example.org');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await dialogue.locator('[data-state="failed"]').getByText('nobody@example.org').first().waitFor();
    await dialogue.getByLabel('Owner').fill(ADMINISTRATOR);
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await dialogue.getByText('answers for this entry from now on').waitFor();
    assert.equal((await standing()).state, 'discovered');
    await confirm(dialogue, 'Assign an owner');
    await page.getByText('Owned', { exact: true }).waitFor();
    assert.equal((await standing()).state, 'owned');
  });

  test('one entry is documented with an authority and an end, and its history says so', async () => {
    const dialogue = await dialogueOf(page, page, 'Document');
    await dialogue.getByLabel('Owner').fill(ADMINISTRATOR);
    await dialogue.getByLabel('Authority').fill('risk board, 2026-11-20');
    await dialogue.getByLabel('Reason').fill('everybody works from anywhere');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await dialogue.getByText('for 90 days').waitFor();
    await confirm(dialogue, 'Document');
    await page.getByRole('region', { name: 'History' }).getByText('risk board, 2026-11-20').first().waitFor();
    const { state, authority } = await standing();
    assert.deepEqual([state, authority], ['documented', 'risk board, 2026-11-20']);
  });

  test('an entry that is not there says so', async () => {
    await openConsole(page, product, `/register/entry?cohort=vendor&resource=wiki/pages&action=read&item=place`);
    await page.getByRole('heading', { name: 'There is no such entry' }).waitFor();
  });

  test('the map is drawn, and the table below it says the same', async () => {
    const loaded = [];
    page.on('request', (request) => loaded.push(request.url()));
    await openConsole(page, product, '/register');
    assert.ok(!loaded.some((url) => /\/Graph-/.test(url)), 'the library of the map is loaded with the list');
    await page.getByRole('link', { name: 'Map of implicit trust' }).click();
    await page.getByRole('img', { name: /Map of cohorts and applications/ }).locator('canvas').first().waitFor();
    const edges = page.getByRole('region', { name: 'Edges of the map' });
    assert.match(await edges.innerText(), /Employees\s+wiki\s+L — Place/);
    await edges.getByRole('row', { name: /wiki L — Place/ }).getByRole('link').click();
    await page.waitForURL(/\/register\?.*item=place/);
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    const { cohort, resource, action, item } = entry;
    await judge(page, product, ['/register', `/register/entry?${new URLSearchParams({ cohort, resource, action, item })}`, '/register/map']);
    assert.deepEqual(heard, []);
  });

  const list = () => page.getByRole('region', { name: 'Implicit trust', exact: true });

  const standing = async () =>
    (await product.run('trust', 'list')).items.find((one) =>
      ['cohort', 'resource', 'action', 'item'].every((part) => one[part] === entry[part]));
});
