// What the server does for the editor of policies: completion, formatting, checks while typing, and tests. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { judge } from './governance.mjs';
import { begun, mayRead } from './installation.mjs';

const WIKI = 'applications/wiki.cedar';
const TESTS = 'tests/wiki.toml';
const AT_WIKI = `/change?file=${encodeURIComponent(WIKI)}`;

/** Far enough to be no finding, near enough to be none either. */
const REVIEW = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);

const policy = (condition) => `// What the wiki lets in.
@id("wiki-trial")
@owner("wiki")
@reason("The wiki is open to everybody.")
@review("${REVIEW}")
permit(principal is Countersign::Person,action == Countersign::Action::"read",
resource in Countersign::Application::"wiki") when { ${condition} };
`;

const suite = (expect) => `[[test]]
name = "an employee reads the wiki"
given = { person = {}, action = "read", resource = "wiki/pages", sensitivity = "internal", authentication = { assurance = "aal2", age = "1m" }, session = { age = "1h", idle = "1m" }, device = { managed = true, proved = true, posture_age = "10m" } }
expect = "${expect}"
`;

describe('the editor of policies in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    heard = complaints(page);
    await product.run('group', 'add', 'editors', '--purpose', 'write the wiki');
    await mayRead(product, await lifetime.folder());
  });
  after(() => lifetime.close());

  test('the attributes that a policy can read are offered while somebody types, with their types', async () => {
    await openConsole(page, product, AT_WIKI);
    await type(policy('context.grant'));
    await page.keyboard.press('Control+End');
    await page.keyboard.type('// a comment: context.');
    await page.waitForTimeout(500);
    assert.equal(await offered().count(), 0, 'something is offered in a comment');
    await page.keyboard.press('Enter');
    await page.keyboard.type('when { context.dev');
    assert.match(await offered().innerText(), /device\s*Record, can be absent/);
    await accept();
    await page.keyboard.type('.man');
    await offered().getByText('managed').first().waitFor();
    await accept();
    assert.match(await editor().innerText(), /context\.device\.managed/);
  });

  test('groups that exist are offered, and no others', async () => {
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('&& principal in Countersign::Group::');
    await page.keyboard.type('"');
    const list = await offered().innerText();
    assert.match(list, /editors/);
    assert.match(list, /administrators/);
    assert.doesNotMatch(list, /wiki/);
    await page.keyboard.press('Escape');
  });

  test('what is wrong is said while somebody types, at its line, before anything is rehearsed', async () => {
    await type(policy('context.nonsense'));
    const found = page.locator('[data-state="found"]');
    await found.waitFor();
    assert.match(await found.innerText(), /The server would refuse this set[\s\S]*applications\/wiki\.cedar, line 7[\s\S]*nonsense/);
    assert.equal(await editor().locator('[class*="fault"]').count(), 1);
    await type(policy('principal in Countersign::Group::"nobody-is-here"'));
    await found.getByText(/nobody-is-here/).waitFor();
    assert.match(await found.innerText(), /The set is valid[\s\S]*is not here[\s\S]*correct the name/);
    await type(policy('principal in Countersign::Group::"editors"'));
    await page.locator('[data-state="checked"]').getByText('The server finds nothing wrong with your change.').waitFor();
  });

  test('the server formats a file: the layout changes, comments stay; a file that is invalid is left as it is', async () => {
    await page.getByRole('button', { name: 'Format' }).click();
    await page.waitForFunction(() => /permit \(\s*\n/.test(document.querySelector('.cm-content')?.innerText ?? ''));
    assert.match(await editor().innerText(), /\/\/ What the wiki lets in\./);
    assert.match(await editor().innerText(), /Countersign::Group::"editors"/);
    const broken = policy('context.nonsense');
    await type(broken);
    await page.getByRole('button', { name: 'Format' }).click();
    await page.locator('[data-state="not-formatted"]').getByText(/applications\/wiki\.cedar, line 7/).waitFor();
    assert.equal((await editor().innerText()).trim(), broken.trim());
  });

  test('the tests of the set run on the change: one that fails says why, and passes once the policy is right', async () => {
    await type(policy('true'));
    await page.getByLabel('Path of the new file').fill(TESTS);
    await page.getByRole('button', { name: 'Add a file' }).click();
    await type(suite('deny'), TESTS);
    await page.getByRole('button', { name: 'Run the tests' }).click();
    const failed = page.locator('[data-state="tests-failed"]');
    await failed.waitFor();
    assert.match(await failed.innerText(), /1 failed[\s\S]*Failed[\s\S]*an employee reads the wiki[\s\S]*expected deny, and the answer is allow[\s\S]*tests\/wiki\.toml, line 1/);
    await type(suite('allow'), TESTS);
    assert.equal(await failed.count(), 0, 'a result stays although the test was changed');
    await page.getByRole('button', { name: 'Run the tests' }).click();
    const passed = page.locator('[data-state="tests-passed"]');
    await passed.waitFor();
    assert.match(await passed.innerText(), /0 failed[\s\S]*wiki-trial/);
  });

  test('a file of tests that is none is refused with its line', async () => {
    await type('[[test]]\nname = 3\n', TESTS);
    await page.getByRole('button', { name: 'Run the tests' }).click();
    const refused = page.getByRole('region', { name: 'Tests' }).getByRole('alert');
    assert.match(await refused.innerText(), /tests\/wiki\.toml:\d/);
  });

  test('nothing of all this was published', async () => {
    const { items } = await product.run('policy', 'history');
    assert.ok(items.every(({ why }) => !/trial/.test(why ?? '')));
    assert.equal((await product.fails('policy', 'show', 'wiki-trial')).code, 3);
  });

  test('the page is accessible in both schemes and at both widths, and its policy blocks nothing', async () => {
    await type(suite('allow'), TESTS);
    await judge(page, product, [AT_WIKI]);
    assert.deepEqual(heard, []);
  });

  const editor = (file = WIKI) => page.getByRole('textbox', { name: `Text of ${file}` });
  const offered = () => page.locator('.cm-tooltip-autocomplete');

  /** Takes what is offered. For a moment after the list opens, Enter still means a new line. */
  async function accept() {
    await page.waitForTimeout(300);
    await page.keyboard.press('Enter');
    await offered().waitFor({ state: 'detached' });
  }

  /** Replaces the text of the file that is shown. */
  async function type(text, file = WIKI) {
    if ((await editor(file).count()) === 0) await choose(file);
    await editor(file).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text);
    await page.keyboard.press('Escape');
  }

  async function choose(file) {
    await page.getByRole('combobox', { name: 'File' }).or(page.getByRole('textbox', { name: 'File', exact: true })).first().click();
    await page.getByRole('option', { name: new RegExp(file.replaceAll('.', '\\.')) }).click();
    await editor(file).waitFor();
  }
});
