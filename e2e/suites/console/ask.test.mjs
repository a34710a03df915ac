// The page of questions in SQL: asked, refused, stopped, saved, and taken away as a file. See README.md.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { judge } from './governance.mjs';
import { begun, mayRead } from './installation.mjs';

describe('questions in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    heard = complaints(page);
  });
  after(() => lifetime.close());

  test('questions are closed to whoever may not read the control plane', async () => {
    await openConsole(page, product, '/ask');
    await page.locator('[data-state="no-permission"]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Ask', exact: true }).count(), 0);
  });

  test('a question is asked by keyboard, and its address holds it', async () => {
    await mayRead(product, await lifetime.folder());
    await openConsole(page, product, '/ask');
    await write("SELECT kind, count(*) AS n FROM facts WHERE kind = 'person.added' GROUP BY kind");
    await page.keyboard.press('Control+Enter');
    await result().getByRole('row', { name: 'person.added 1' }).waitFor();
    assert.match(await result().first().innerText(), /kind \(text\)/);
    await page.waitForURL(/q=SELECT/);
    await page.reload();
    await editor().getByText('person.added').waitFor();
    await page.getByText('Ask a question, or choose a saved one.').waitFor();
  });

  test('the answer leaves as a CSV file', async () => {
    await write("SELECT kind, '=1+1' AS formula, sequence FROM facts ORDER BY sequence LIMIT 2");
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText('2 rows').waitFor();
    const leaving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const lines = (await readFile(await (await leaving).path(), 'utf8')).split('\r\n');
    assert.equal(lines[0], 'kind,formula,sequence');
    assert.match(lines[1], /^[a-z.]+,'=1\+1,1$/);
  });

  test('a slip is shown where it is, and a command is refused', async () => {
    await write('SELECT kind\nFORM facts WHERE');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText(/^Line \d+, column \d+$/).waitFor();
    await editor().locator('[class*="fault"]').waitFor();
    await write('DELETE FROM facts');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.locator('[data-state="failed"]').getByText(/only SELECT/).waitFor();
    assert.equal(await editor().locator('[class*="fault"]').count(), 0);
  });

  test('a question that takes long says so, and is stopped', async () => {
    await write('SELECT sum(a.sequence + b.sequence * c.sequence % (d.sequence + e.sequence) + f.sequence) FROM facts a, facts b, facts c, facts d, facts e, facts f');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText(/The server is working on it/).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('You stopped the question.').waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  });

  test('a question is saved in the browser, chosen again and removed', async () => {
    await write('SELECT 42 AS answer');
    const saved = page.getByRole('region', { name: 'Saved questions' });
    await saved.getByLabel('Name').fill('the answer');
    await saved.getByRole('button', { name: 'Save this question' }).click();
    await page.reload();
    await write('SELECT 1');
    await saved.getByRole('button', { name: 'the answer', exact: true }).click();
    await editor().getByText('SELECT 42 AS answer').waitFor();
    await saved.getByRole('button', { name: 'Remove the answer' }).click();
    await saved.getByText('You saved no question in this browser.').waitFor();
  });

  test('the documented tables stand beside it, and a column is put into the question', async () => {
    const tables = page.getByRole('region', { name: 'Tables' });
    await tables.getByText('One entry of the journal per row.').click();
    await tables.getByRole('button', { name: 'Put stated_by into the question' }).click();
    await editor().getByText('stated_by').waitFor();
  });

  test('the page is accessible in both schemes and at both widths, and its policy blocks nothing', async () => {
    await judge(page, product, ['/ask']);
    assert.deepEqual(heard, []);
  });

  const editor = () => page.getByRole('textbox', { name: 'Question in SQL' });
  const result = () => page.getByRole('region', { name: 'Result' });

  /**
   * Writes a question in the place of the one that stands there. The editor removes the old one itself: where text
   * replaces a selection, the browser adds a style of its own, which the policy of the document blocks.
   */
  async function write(sql) {
    await editor().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(sql);
  }
});
