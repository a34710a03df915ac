// The pages of exceptions: opened, found, and ended with a reason. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { confirm, dialogueOf, judge, openException } from './governance.mjs';
import { ADMINISTRATOR, begun, mayAdminister, mayRead } from './installation.mjs';

const EVE = 'eve@example.org';

describe('exceptions in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, folder, late;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
    await product.run('person', 'add', '--name', 'Eve', '--email', EVE);
    late = await openException(product, 'managed-device', '90d', 'laptop in repair');
  });
  after(() => lifetime.close());

  test('whoever reads and may not administer is offered no action, and told what it takes', async () => {
    await mayRead(product, folder);
    await openConsole(page, product, '/exceptions');
    await list().getByText('managed-device').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Open an exception' }).count(), 0);
    assert.equal(await list().getByRole('button', { name: 'End', exact: true }).count(), 0);
    await page.locator('[data-state="needs"]').waitFor();
  });

  test('an exception is opened by a form that shows first what changes, and refuses what is unclear', async () => {
    await mayAdminister(product, folder);
    await openConsole(page, product, '/exceptions');
    const dialogue = await dialogueOf(page, page, 'Open an exception');
    await dialogue.getByLabel('Guardrail').fill('fresh-posture');
    await page.getByRole('option', { name: 'fresh-posture', exact: true }).click();
    await dialogue.getByLabel('Owner').fill('nobody@example.org');
    await dialogue.getByLabel('Authority').fill('CISO, ticket 12');
    await dialogue.getByLabel('Reason').fill('the agent arrives');
    await dialogue.getByLabel('Ends after (days)').fill('3');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await dialogue.getByText('Name a person or a group, and not both.').waitFor();
    await dialogue.getByRole('textbox', { name: 'Person' }).fill(EVE);
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    const preview = dialogue.locator('[data-state="preview"]');
    assert.match(await preview.innerText(), /fresh-posture does not hold for eve@example\.org at every application[\s\S]*after 3 days/);
    await dialogue.getByRole('button', { name: 'Open an exception' }).click();
    assert.match(await dialogue.locator('[data-state="failed"]').innerText(), /nobody@example\.org/);
    assert.equal((await product.run('exception', 'list')).items.length, 1);
    await dialogue.getByRole('button', { name: 'Back' }).click();
    await dialogue.getByLabel('Owner').fill(ADMINISTRATOR);
    await dialogue.getByRole('textbox', { name: 'Application' }).fill('wiki');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await confirm(dialogue, 'Open an exception');
    await list().getByRole('link', { name: 'fresh-posture' }).waitFor();
  });

  test('an exception that reaches the control plane takes two people: it is proposed, and nothing changes', async () => {
    const dialogue = await dialogueOf(page, page, 'Open an exception');
    await dialogue.getByLabel('Guardrail').fill('compliant-device');
    await page.getByRole('option', { name: 'compliant-device', exact: true }).click();
    await dialogue.getByRole('textbox', { name: 'Person' }).fill(EVE);
    await dialogue.getByLabel('Owner').fill(ADMINISTRATOR);
    await dialogue.getByLabel('Authority').fill('CISO');
    await dialogue.getByLabel('Reason').fill('everywhere');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await dialogue.getByRole('button', { name: 'Open an exception' }).click();
    await dialogue.locator('[data-state="proposed"]').getByText('nothing has changed yet').waitFor();
    assert.equal((await product.run('exception', 'list')).items.length, 2);
    await dialogue.getByRole('link', { name: 'Open the proposal' }).click();
    await page.getByRole('heading', { name: 'Proposal of admin@countersign.localhost', level: 1 }).waitFor();
  });

  test('what ends first stands on top, and the address narrows the list', async () => {
    await openConsole(page, product, '/exceptions');
    assert.match(await list().getByRole('row').nth(1).innerText(), /fresh-posture[\s\S]*ends within 14 days/i);
    await page.getByRole('searchbox', { name: 'Guardrail, person, group, application, owner, authority or reason' }).fill('4711');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=.*4711/);
    await list().getByText('fresh-posture').waitFor({ state: 'detached' });
    await openConsole(page, product, '/exceptions?ending=soon');
    assert.equal(await list().getByRole('row').count(), 2);
    await openConsole(page, product, '/exceptions?ending=over');
    await page.getByText('Nothing matches.').waitFor();
  });

  test('one exception has an address with its history, and is ended with a reason', async () => {
    await openConsole(page, product, '/exceptions');
    await list().getByRole('link', { name: 'managed-device' }).click();
    await page.getByRole('heading', { name: 'Exception to managed-device', level: 1 }).waitFor();
    await settled(page);
    assert.match(await page.getByRole('region', { name: 'History' }).innerText(), /exception\.opened/);
    const dialogue = await dialogueOf(page, page, 'End');
    assert.match(await dialogue.innerText(), /holds for .* again at once/);
    await dialogue.getByLabel('Reason, for the record').fill('the laptop is back');
    await confirm(dialogue, 'End');
    await page.getByRole('heading', { name: 'This exception has ended' }).waitFor();
    await page.getByRole('region', { name: 'History' }).getByText('the laptop is back').waitFor();
    assert.equal((await product.run('exception', 'list')).items.some(({ id }) => id === late.id), false);
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    const [{ id }] = (await product.run('exception', 'list')).items;
    await judge(page, product, ['/exceptions', `/exceptions/${id}`]);
    assert.deepEqual(heard, []);
  });

  const list = () => page.getByRole('region', { name: 'Exceptions', exact: true });
});
