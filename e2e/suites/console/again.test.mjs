// "Ask again with ...": a recorded decision, evaluated again with changed evidence. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { judge } from './governance.mjs';
import { ADMINISTRATOR, begun, HOSTS, mayRead } from './installation.mjs';

describe('ask again with ... in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, denied, facts;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    heard = complaints(page);
    await page.goto(product.url(HOSTS.wiki));
    await openConsole(page, product, '/people');
    const { items } = await product.run('decisions', '--person', ADMINISTRATOR, '--effect', 'deny');
    denied = items.find(({ resource }) => resource === 'countersign/control').id;
  });
  after(() => lifetime.close());

  test('whoever may not read the decision may not ask, whatever the address says', async () => {
    await openConsole(page, product, `/decisions/${denied}?policies=then&with=device%3Dmanaged`);
    await page.locator('[data-state="no-permission"]').waitFor();
    assert.equal(await page.locator('[data-effect]').count(), 0);
  });

  test('without a change the answer is the recorded one', async () => {
    await mayRead(product, await lifetime.folder());
    facts = (await product.run('journal', 'head')).seq;
    await openConsole(page, product, `/decisions/${denied}`);
    await page.getByRole('button', { name: 'Ask again with …' }).click();
    const recorded = answer('As it was recorded');
    await recorded.waitFor();
    assert.equal(await recorded.getAttribute('data-effect'), 'deny');
    const { determined_by } = (await product.run('why', denied)).explanation;
    for (const { id } of determined_by) assert.ok((await recorded.innerText()).includes(id), id);
    await page.getByText('Nothing is changed yet.').waitFor();
  });

  test('a change turns the answer at once, stands in the address, and is undone', async () => {
    await page.getByLabel('Device', { exact: true }).selectOption('managed');
    const changed = answer('With one change');
    await changed.and(page.locator('[data-effect="allow"]')).waitFor();
    await page.getByText('The answer is another.').waitFor();
    assert.match(page.url(), /policies=then/);
    assert.match(decodeURIComponent(page.url()), /with=device=managed/);
    // A property follows what it is a property of.
    await page.getByText('now pass, by another change').first().waitFor();
    await page.reload();
    await settled(page);
    await changed.and(page.locator('[data-effect="allow"]')).waitFor();
    await page.getByLabel('Firewall', { exact: true }).selectOption('fail');
    await answer('With 2 changes').and(page.locator('[data-effect="deny"]')).waitFor();
    await page.getByRole('button', { name: 'Undo the change of: Firewall' }).click();
    await changed.and(page.locator('[data-effect="allow"]')).waitFor();
    await page.getByRole('button', { name: 'Undo all changes' }).click();
    await page.getByText('Nothing is changed yet.').waitFor();
  });

  test('the single changes that would turn the answer are found, and one is made', async () => {
    const single = page.getByRole('region', { name: 'Single changes', exact: true });
    await single.getByRole('button', { name: 'Which single changes would turn the answer?' }).click();
    await single.locator('[data-state="tried"]').waitFor();
    assert.match(page.url(), /single=yes/);
    const told = await product.run('ask-again', denied, '--single-changes');
    const { tried, turning } = told.single_changes;
    await single.getByText(`${tried} single changes were tried, each alone. These turn the answer:`).waitFor();
    const rows = single.getByRole('region', { name: 'Single changes that turn the answer' }).getByRole('row');
    assert.equal(await rows.count(), turning.length + 1);
    for (const text of (await rows.allInnerTexts()).slice(1)) assert.match(text, /Allowed/);
    await page.reload();
    await settled(page);
    const make = single.getByRole('button', { name: 'Change: Device, to a managed device that passes every check' });
    await make.click();
    await answer('With one change').and(page.locator('[data-effect="allow"]')).waitFor();
    assert.match(decodeURIComponent(page.url()), /with=device=managed/);
    // What turns it now turns it back.
    await single.getByText(/each alone, on top of what is changed already\. These turn the answer:/).waitFor();
    const back = single.getByRole('row').filter({ hasText: 'Firewall' });
    assert.match(await back.innerText(), /fail[\s\S]*Refused[\s\S]*compliant-device/);
    await single.getByRole('button', { name: 'Hide the single changes' }).click();
    await rows.first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo all changes' }).click();
    await page.getByText('Nothing is changed yet.').waitFor();
  });

  test('the policies of today answer too, and say what they leave out', async () => {
    await page.getByText('Of today', { exact: true }).click();
    const today = answer('With the policies of today');
    await today.waitFor();
    assert.equal(await today.getAttribute('data-effect'), 'allow');
    await page.getByText('The policies and the staged rollouts are those of now').waitFor();
  });

  test('a bad value is said at once, and is undone', async () => {
    await page.getByText(/items that they do not read|One item that they do not read/).click();
    const address = page.getByLabel('Address', { exact: true });
    await address.fill('nonsense');
    const refused = page.locator('[data-state="failed"]');
    await refused.waitFor();
    assert.match(await refused.innerText(), /"nonsense" is not a value of address[\s\S]*an IP address/);
    await address.fill('');
    await refused.waitFor({ state: 'detached' });
    await openConsole(page, product, `/decisions/${denied}?policies=then&with=colour%3Dred`);
    await page.getByText('"colour" is not an item of this decision that can be changed').waitFor();
    await page.getByRole('button', { name: 'Undo all changes' }).click();
    await refused.waitFor({ state: 'detached' });
  });

  test('nothing was changed by asking', async () => {
    const stated = (await product.run('journal', 'head')).seq;
    const since = await product.run('query', `SELECT kind FROM facts WHERE sequence > ${facts} AND sequence <= ${stated}`);
    for (const [kind] of since.rows) assert.match(kind, /^(evidence|session)\./, kind);
    await page.goto(product.url(HOSTS.wiki));
    assert.equal((await product.run('why', denied)).decision.effect, 'deny');
  });

  test('the page is accessible in both schemes and at both widths, and its policy blocks nothing', async () => {
    const open = `/decisions/${denied}?policies=then&single=yes&with=${encodeURIComponent('device=managed,posture.firewall=fail')}`;
    await judge(page, product, [open]);
    assert.deepEqual(heard, []);
  });

  const answer = (name) => page.getByRole('region', { name, exact: true });
});
