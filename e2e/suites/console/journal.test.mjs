// The pages of the journal: who changed what, its verification, and what leaves it as a file. See README.md.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { judge } from './governance.mjs';
import { begun, mayRead, personId } from './installation.mjs';

const EVE = 'eve@example.org';

describe('the journal in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, eve;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    heard = complaints(page);
    await product.run('person', 'add', '--name', 'Eve', '--email', EVE);
    eve = await personId(product, EVE);
    await product.run('person', 'suspend', EVE, '--reason', "it's a test");
    for (let n = 0; n < 60; n += 1) await product.run('group', 'add', `group-${n}`, '--purpose', 'fill a page');
  });
  after(() => lifetime.close());

  test('the journal is closed to whoever may not read it', async () => {
    await openConsole(page, product, '/journal');
    await page.locator('[data-state="no-permission"]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Verify the journal' }).count(), 0);
  });

  test('facts stand newest first, and the next page goes on where this one ended', async () => {
    await mayRead(product, await lifetime.folder());
    await openConsole(page, product, '/journal?kind=group');
    const rows = list().getByRole('row');
    assert.equal(await rows.count(), 51);
    assert.match(await rows.nth(1).innerText(), /group\.added[\s\S]*operator[\s\S]*group-59/);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/cursor=/);
    await list().getByText('group-9', { exact: true }).waitFor();
    assert.equal(await list().getByText('group-10', { exact: true }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Next page' }).count(), 0);
  });

  test('what happened to one person, and why, is found by its subject', async () => {
    await openConsole(page, product, '/journal');
    await page.getByRole('searchbox', { name: 'Subject (id, group:name, application:name)' }).fill(eve);
    await page.keyboard.press('Enter');
    await page.waitForURL(/about=per_/);
    await list().getByText('group.added').first().waitFor({ state: 'detached' });
    assert.match(await list().innerText(), /person\.suspended[\s\S]*it's a test[\s\S]*person\.added/);
    await page.getByRole('searchbox', { name: 'Words in a fact' }).fill("IT'S A");
    await page.keyboard.press('Enter');
    await list().getByText('person.added').waitFor({ state: 'detached' });
    await list().getByRole('link', { name: 'person.suspended' }).click();
    await page.getByRole('heading', { name: /^person\.suspended, entry \d+$/, level: 1 }).waitFor();
    await settled(page);
    assert.match(await page.getByRole('region', { name: 'What it says' }).innerText(), new RegExp(`"person": "${eve}"`));
  });

  test('an entry that is not there says so', async () => {
    await openConsole(page, product, '/journal/999999');
    await page.getByRole('heading', { name: 'There is no such entry' }).waitFor();
    await openConsole(page, product, '/journal/1%20OR%20true');
    await page.getByRole('heading', { name: 'There is no such entry' }).waitFor();
  });

  test('the journal and the evidence are verified, and a foreign anchor is not found in it', async () => {
    await openConsole(page, product, '/journal');
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Verify the journal' });
    const verify = dialogue.getByRole('button', { name: 'Verify the journal' });
    await verify.click();
    await dialogue.getByText(/The journal is whole: \d+ entries/).waitFor();
    await dialogue.getByLabel('Anchor').fill(`5:${'0'.repeat(64)}`);
    await verify.click();
    await dialogue.getByText(/The journal is broken at entry/).waitFor();
    await dialogue.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Verify the evidence' }).click();
    await page.getByRole('dialog').getByText(/The evidence is whole/).waitFor();
    await page.keyboard.press('Escape');
  });

  test('the facts of the list leave as a CSV file, all pages of it', async () => {
    await openConsole(page, product, '/journal?kind=group');
    const leaving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'These facts as CSV' }).click();
    const text = await readFile(await (await leaving).path(), 'utf8');
    const lines = text.trimEnd().split('\r\n');
    assert.equal(lines[0], 'sequence,at,kind,stated_by,body');
    assert.ok(lines.length > 60 && lines.slice(1).every((line) => line.includes('group.')), text.slice(0, 500));
    const evidence = page.getByRole('link', { name: 'Evidence as OCSF' });
    assert.equal(await evidence.getAttribute('href'), '/api/v1/evidence/export?format=ocsf');
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    await judge(page, product, ['/journal', '/journal/1']);
    assert.deepEqual(heard, []);
  });

  const list = () => page.getByRole('region', { name: 'Journal', exact: true });
});
