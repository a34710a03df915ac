// The pages of policies: the set in force, one policy, its versions, and the way back to one. See README.md.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole } from '../../harness/console.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { confirm, dialogueOf, judge } from './governance.mjs';
import { begun, mayAdminister, mayRead } from './installation.mjs';

const WIKI = 'applications/wiki.cedar';

describe('policies in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, folder;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
  });
  after(() => lifetime.close());

  test('whoever may not read the control plane sees no policy, and is told what would open the page', async () => {
    await openConsole(page, product, '/policies');
    await page.locator('[data-state="no-permission"]').waitFor();
    assert.equal(await page.getByText('wiki-users').count(), 0);
    const offered = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    assert.ok(!offered.includes('Policies') && !offered.includes('Versions of the policies'), offered.join());
  });

  test('whoever reads and may not administer sees the versions, and is offered no way back', async () => {
    await mayRead(product, folder);
    await openConsole(page, product, '/versions');
    await list('Versions of the policies').getByText('In force', { exact: true }).waitFor();
    await page.locator('[data-state="needs"]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Roll back' }).count(), 0);
  });

  test('the set in force is searched and filtered by its address', async () => {
    await openConsole(page, product, '/policies');
    const policies = list('Policies');
    const every = await policies.getByRole('row').count();
    await page.getByRole('searchbox', { name: 'Name, reason or text' }).fill('context.grant');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=context\.grant/);
    await policies.getByRole('link', { name: 'signed-in' }).waitFor({ state: 'detached' });
    await policies.getByRole('link', { name: 'privileged-needs-grant' }).waitFor();
    await openConsole(page, product, '/policies?kind=guardrail&stage=shadow');
    assert.match(await policies.innerText(), /managed-device[\s\S]*On trial/);
    assert.doesNotMatch(await policies.innerText(), /Enforced|Application policy/);
    assert.ok((await policies.getByRole('row').count()) < every);
    await openConsole(page, product, '/policies?owner=nobody');
    await page.getByText('Nothing matches.').waitFor();
  });

  test('a review that is overdue, and what the lint finds, are in the list and at the policy', async () => {
    await publish((text) => text.replace(/@review\("[^"]+"\)/, '@review("2020-01-31")'), 'an old review');
    await openConsole(page, product, '/policies?review=overdue');
    const policies = list('Policies');
    assert.match(await policies.innerText(), /2020-01-31\s+overdue[\s\S]*one warning/i);
    assert.equal(await policies.getByRole('row').count(), 2);
    await policies.getByRole('link').first().click();
    const found = list('What the lint found');
    await found.getByText('review-overdue').waitFor();
    const source = page.getByRole('region', { name: /^Source of / });
    assert.match(await source.innerText(), /@review\("2020-01-31"\)[\s\S]*permit/);
    // The numbers are those of the file.
    const place = await page
      .locator('dd')
      .filter({ hasText: `${WIKI}:` })
      .innerText();
    assert.equal(`${WIKI}:${await source.locator('[data-line]').first().getAttribute('data-line')}`, place);
  });

  test('a policy that is not in force is said to be none', async () => {
    await openConsole(page, product, '/policies/no-such-policy');
    await page.getByRole('heading', { name: 'There is no such policy in force' }).waitFor();
  });

  test('an earlier version is put in force again after its preview, with a reason', async () => {
    await mayAdminister(product, folder);
    await publish((text) => `${text}\n// a remark\n`, 'a remark to take back');
    await openConsole(page, product, '/versions');
    const rows = list('Versions of the policies').getByRole('row');
    assert.match(await rows.nth(1).innerText(), /a remark to take back[\s\S]*In force/i);
    const dialogue = await dialogueOf(page, rows.nth(2), 'Roll back');
    await dialogue.getByLabel('Reason, for the record').fill('the remark was wrong');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    const preview = dialogue.locator('[data-state="preview"]');
    assert.match(await preview.innerText(), /Changes: applications\/wiki\.cedar/);
    assert.match((await files())[WIKI], /a remark/);
    await confirm(dialogue, 'Roll back');
    await rows.nth(1).getByText('the remark was wrong').waitFor();
    assert.doesNotMatch((await files())[WIKI], /a remark/);
  });

  test('a way back that changes guardrails takes two people: it names what goes, is proposed, and changes nothing', async () => {
    await openConsole(page, product, '/versions?order=asc&sort=seq');
    const before = await files();
    const rows = list('Versions of the policies').getByRole('row');
    const dialogue = await dialogueOf(page, rows.filter({ hasText: 'Roll back' }).first(), 'Roll back');
    await dialogue.getByLabel('Reason, for the record').fill('back to the beginning');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await dialogue.locator('[data-state="preview"]').getByText('guardrails/devices.cedar').waitFor();
    await dialogue.getByRole('button', { name: 'Roll back' }).click();
    await dialogue.locator('[data-state="proposed"]').getByText('nothing has changed yet').waitFor();
    assert.deepEqual(await files(), before);
  });

  test('a way back that removes a guardrail names it, waits for a second person, and then removes it', async () => {
    const before = (await product.run('policy', 'list')).version;
    const dir = await lifetime.folder();
    await product.run('policy', 'pull', dir);
    const rule = `@id("no-downloads") @owner("security") @reason("Nothing is downloaded today.") @review("2030-01-01")
      forbid (principal, action == Countersign::Action::"download", resource);\n`;
    await writeFile(path.join(dir, 'guardrails', 'downloads.cedar'), rule);
    await product.run('apply', dir, '--why', 'an incident', '--yes', '--accept-unknown', 'the installation is new');
    await openConsole(page, product, '/policies/no-downloads');
    await page.getByRole('heading', { name: 'no-downloads', level: 1 }).waitFor();
    await openConsole(page, product, '/versions');
    const rows = list('Versions of the policies').getByRole('row');
    const dialogue = await dialogueOf(page, rows.nth(2), 'Roll back');
    await dialogue.getByLabel('Reason, for the record').fill('the incident is over');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    const preview = dialogue.locator('[data-state="preview"]');
    await preview.getByText('Goes: guardrails/downloads.cedar').waitFor();
    await preview.getByRole('alert').getByText('no-downloads').waitFor();
    await dialogue.getByRole('button', { name: 'Roll back' }).click();
    const proposed = dialogue.locator('[data-state="proposed"]');
    await proposed.getByRole('link').waitFor();
    assert.notEqual((await product.run('policy', 'list')).version, before);
    const proposal = (await proposed.getByRole('link').getAttribute('href')).split('/').at(-1);
    await product.run('proposal', 'countersign', proposal, '--yes');
    await until(
      async () => (await product.run('policy', 'list')).version === before,
      30_000,
      () => 'the earlier version did not come into force',
    );
    await openConsole(page, product, '/policies/no-downloads');
    await page.getByRole('heading', { name: 'There is no such policy in force' }).waitFor();
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    await judge(page, product, ['/policies', '/policies/managed-device', '/policies/no-such-policy', '/versions']);
    assert.deepEqual(heard, []);
  });

  const list = (name) => page.getByRole('region', { name, exact: true });

  /** Applies the set with another text of the wiki's policies. */
  async function publish(change, why) {
    const dir = await lifetime.folder();
    await product.run('policy', 'pull', dir);
    const file = path.join(dir, WIKI);
    await writeFile(file, change(await readFile(file, 'utf8')));
    await product.run('apply', dir, '--why', why, '--yes', '--accept-unknown', 'the installation is new');
  }

  /** Returns the texts of the files in force. */
  async function files() {
    const dir = await lifetime.folder();
    await product.run('policy', 'pull', dir);
    const read = async (name) => [name, await readFile(path.join(dir, name), 'utf8')];
    return Object.fromEntries(await Promise.all([WIKI, 'guardrails/devices.cedar'].map(read)));
  }
});
