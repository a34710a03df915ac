// The page that changes policies: edited, rehearsed, applied; two people at once; and the page of a plan. See README.md.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { confirm, dialogueOf, judge } from './governance.mjs';
import { begun, HOSTS, mayAdminister, mayRead } from './installation.mjs';

const WIKI = 'applications/wiki.cedar';
const PAYROLL = 'applications/payroll.cedar';
const SETTINGS = 'settings.json';
const AT_WIKI = `/change?file=${encodeURIComponent(WIKI)}`;

describe('a change of the policies in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, folder, plan;
  /** What was typed, by file. A test that ends without a change forgets it. */
  let texts = {};

  before(async () => {
    ({ product, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
    await page.goto(product.url(HOSTS.wiki));
  });
  after(() => lifetime.close());

  test('whoever may not read the control plane is told what would open the page', async () => {
    await openConsole(page, product, '/change');
    await page.locator('[data-state="no-permission"]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Rehearse' }).count(), 0);
  });

  test('whoever may only read rehearses a change and is offered no way to apply it; whom it stops stands on top', async () => {
    await mayRead(product, folder);
    await openConsole(page, product, AT_WIKI);
    assert.ok(await page.getByRole('button', { name: 'Rehearse' }).isDisabled(), 'nothing was changed yet');
    await type(WIKI, (text) => text.replaceAll('permit (', '@stage("shadow")\npermit ('));
    assert.match(await region('What you change').innerText(), /applications\/wiki\.cedar \(changed\)[\s\S]*added:\s+\+ @stage\("shadow"\)/);
    await rehearse();
    const stopped = page.getByRole('region', { name: 'Whom it stops' });
    assert.match(await page.locator('[data-state="plan"]').innerText(), /^(?:The plan does not know everything[\s\S]*)?Whom it stops\s+It stops one person/);
    assert.match(await stopped.innerText(), /read wiki/);
    assert.match(await page.locator('[data-state="plan"]').innerText(), /It lets in nobody/);
    assert.equal(await page.getByRole('button', { name: 'Apply', exact: true }).count(), 0);
    await page.getByRole('link', { name: 'The plan as a page of its own' }).click();
    await page.getByRole('heading', { name: 'Plan of a change', level: 1 }).waitFor();
    await stopped.getByRole('link', { name: 'Why' }).first().click();
    await page.getByRole('heading', { name: /was allowed to read wiki/, level: 1 }).waitFor();
  });

  test('what was typed is still there when the page is loaded again', async () => {
    await openConsole(page, product, AT_WIKI);
    assert.match(await editor(WIKI).innerText(), /@stage\("shadow"\)/);
    await page.getByRole('button', { name: 'Discard the whole change' }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Discard the whole change' }).click();
    await page.getByText('You changed nothing yet.').waitFor();
    texts = {};
    assert.doesNotMatch(await editor(WIKI).innerText(), /@stage/);
  });

  test('an invalid policy is refused where it is: file, line, and the line in the editor', async () => {
    await mayAdminister(product, folder);
    await openConsole(page, product, AT_WIKI);
    await type(WIKI, (text) => `${text}\nnonsense here;\n`);
    const line = texts[WIKI].split('\n').findIndex((one) => one.startsWith('nonsense')) + 1;
    await chooseFile(PAYROLL);
    await page.getByRole('button', { name: 'Rehearse' }).click();
    const invalid = page.locator('[data-state="invalid"]');
    await invalid.waitFor();
    const button = invalid.getByRole('button', { name: `${WIKI}, line ${line}` });
    await button.click();
    await editor(WIKI).waitFor();
    assert.match(await editor(WIKI).locator('[class*="fault"]').innerText(), /nonsense/);
    assert.equal(await page.getByRole('button', { name: 'Apply', exact: true }).count(), 0);
    await page.getByRole('button', { name: 'Take back the change of this file' }).click();
    await page.getByText('You changed nothing yet.').waitFor();
    texts = {};
  });

  test('a file is added and removed again; a path that a policy folder does not have is refused', async () => {
    const field = page.getByLabel('Path of the new file');
    for (const [wrong, why] of [['labels.toml', 'A file is guardrails'], [WIKI, 'The set has this file already']]) {
      await field.fill(wrong);
      await page.getByRole('button', { name: 'Add a file' }).click();
      await page.getByText(why).first().waitFor();
    }
    await field.fill('guardrails/trial.cedar');
    await page.getByRole('button', { name: 'Add a file' }).click();
    await editor('guardrails/trial.cedar').waitFor();
    assert.match(await region('What you change').innerText(), /guardrails\/trial\.cedar \(new\)/);
    await page.getByRole('button', { name: 'Remove this file' }).click();
    await page.getByText('You changed nothing yet.').waitFor();
    texts = {};
  });

  test('a rehearsed change is applied with a reason, and the version rests on the plan that was shown', async () => {
    await openConsole(page, product, AT_WIKI);
    await type(WIKI, (text) => `${text}\n// reviewed\n`);
    await rehearse();
    const digest = await page.locator('dd code').filter({ hasText: /^[0-9a-f]{64}$/ }).innerText();
    const dialogue = await dialogueOf(page, page, 'Apply');
    await fillReason(dialogue, 'ticket 4711');
    assert.match(await dialogue.locator('[data-state="preview"]').innerText(), new RegExp(digest));
    assert.doesNotMatch(await inForce(WIKI), /reviewed/);
    await confirm(dialogue, 'Apply');
    await page.locator('[data-state="applied"]').waitFor();
    assert.match(await inForce(WIKI), /\/\/ reviewed/);
    const [latest] = (await product.run('policy', 'history')).items;
    assert.deepEqual([latest.why.includes('ticket 4711'), latest.rehearsal], [true, digest]);
    await page.getByText('You changed nothing yet.').waitFor();
    texts = {};
  });

  test('an edit after the rehearsal has to be rehearsed again', async () => {
    await openConsole(page, product, AT_WIKI);
    await type(WIKI, (text) => `${text}\n// one\n`);
    await rehearse();
    await page.getByRole('button', { name: 'Apply', exact: true }).waitFor();
    await type(WIKI, (text) => `${text}\n// two\n`);
    await page.getByText('Only a finished rehearsal can be applied.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Apply', exact: true }).count(), 0);
  });

  test('two people: the second sees the conflict before and after the rehearsal, and nothing that was typed is lost', async () => {
    await rehearse();
    const dialogue = await dialogueOf(page, page, 'Apply');
    await fillReason(dialogue, 'too late');
    await somebodyElse(WIKI, (text) => `${text}\n// theirs\n`, 'the other was first');
    await dialogue.getByRole('button', { name: 'Apply', exact: true }).click();
    const conflict = page.locator('[data-state="conflict"]');
    await conflict.getByText('put in force by operator').waitFor();
    assert.match(await conflict.innerText(), /put in force by operator\. Reason: the other was first[\s\S]*applications\/wiki\.cedar/);
    assert.match(await region('What you change').innerText(), /removed:\s+- \/\/ theirs/);
    assert.match(await editor(WIKI).innerText(), /\/\/ two/);
    assert.match(await inForce(WIKI), /theirs/);
    assert.ok(await page.getByRole('button', { name: /^Rehearse/ }).isDisabled());
    await conflict.getByRole('button', { name: 'Go on from what is in force now' }).click();
    await conflict.waitFor({ state: 'detached' });
    assert.match(await editor(WIKI).innerText(), /\/\/ two/);
    // What they wrote elsewhere is part of what is applied.
    await somebodyElse(PAYROLL, (text) => `${text}\n// elsewhere\n`, 'another file');
    await page.getByRole('button', { name: /^Rehearse/ }).click();
    await conflict.getByText('They changed none of the files that you changed.').waitFor();
    await conflict.getByRole('button', { name: 'Go on from what is in force now' }).click();
    await type(WIKI, (text) => `${text}\n// theirs\n`);
    await rehearse();
    const again = await dialogueOf(page, page, 'Apply');
    await fillReason(again, 'both');
    await confirm(again, 'Apply');
    await page.locator('[data-state="applied"]').waitFor();
    assert.match(await inForce(WIKI), /\/\/ two[\s\S]*\/\/ theirs/);
    assert.match(await inForce(PAYROLL), /elsewhere/);
    texts = {};
  });

  test('a change of guardrails names what goes, takes two people, and is proposed', async () => {
    const file = 'guardrails/unmanaged.cedar';
    await openConsole(page, product, `/change?file=${encodeURIComponent(file)}`);
    const before = await inForce(file);
    await type(file, (text) => text.replace(/@id\("unmanaged-no-downloads"\)\n/, '$&@stage("shadow")\n'));
    await rehearse();
    assert.match(await page.locator('[data-state="plan"]').innerText(), /no longer enforced\s+unmanaged-no-downloads \(Guardrail\)/);
    plan = await page.getByRole('link', { name: 'The plan as a page of its own' }).getAttribute('href');
    const dialogue = await dialogueOf(page, page, 'Apply');
    await fillReason(dialogue, 'downloads are fine');
    assert.match(await dialogue.locator('[data-state="preview"]').innerText(), /you confirm that: unmanaged-no-downloads/);
    await dialogue.getByRole('button', { name: 'Apply', exact: true }).click();
    await dialogue.locator('[data-state="proposed"]').getByText('nothing has changed yet').waitFor();
    assert.equal(await inForce(file), before);
  });

  test('a rehearsal that runs says how far it is, and is stopped', async () => {
    await openConsole(page, product, AT_WIKI);
    await type(WIKI, (text) => `${text}\n// a long run\n`);
    // The record of this installation is short. The browser is told that the job still runs, until it stops it.
    await page.route('**/api/v1/jobs/*', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const now = new Date().toISOString();
      const id = route.request().url().split('/').at(-1);
      return route.fulfill({
        json: { id, kind: 'plan', state: 'running', share: 0.25, accesses: 0, decided: 0, started_at: now, since: now, until: now },
      });
    });
    await page.getByRole('button', { name: /^Rehearse/ }).click();
    await page.getByText('Rehearsing: 25 percent of the period were read.').waitFor();
    const stopped = page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.url().includes('/jobs/'));
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    assert.equal((await stopped).status(), 204);
    await page.getByText('The rehearsal was stopped. Nothing is known of the change.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Apply', exact: true }).count(), 0);
    await page.unroute('**/api/v1/jobs/*');
  });

  test('settings are changed together with policies: a text that is no settings is refused, a label is rehearsed and applied', async () => {
    await discard();
    await openConsole(page, product, `/change?file=${SETTINGS}`);
    await editor(SETTINGS).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Remove this file' }).count(), 0);
    const { settings } = JSON.parse((await page.evaluate(async () => (await fetch('/api/v1/settings')).text())));
    await put(SETTINGS, '{"labels": ');
    await page.getByRole('button', { name: /^Rehearse/ }).click();
    await page.getByText(/settings\.json is not valid/).waitFor();
    await put(SETTINGS, JSON.stringify({ ...settings, freeze: true }));
    await page.getByRole('button', { name: /^Rehearse/ }).click();
    await page.getByText(/unknown field `freeze`/).waitFor();
    await put(SETTINGS, JSON.stringify({ ...settings, applications: { ...settings.applications, wiki: { ...settings.applications.wiki, title: 'The wiki of all' } } }, null, 2));
    assert.match(await region('What you change').innerText(), /settings\.json \(changed\)[\s\S]*The wiki of all/);
    await rehearse();
    const dialogue = await dialogueOf(page, page, 'Apply');
    await fillReason(dialogue, 'ticket 4713');
    await confirm(dialogue, 'Apply');
    await page.locator('[data-state="applied"]').waitFor();
    assert.match(JSON.stringify(await product.run('application', 'show', 'wiki')), /The wiki of all/);
  });

  test('a plan that is not there is said to be none', async () => {
    await openConsole(page, product, `/plans/job_${'0'.repeat(32)}`);
    await page.locator('[data-state="failed"]').waitFor();
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    await openConsole(page, product, AT_WIKI);
    await type(WIKI, (text) => `${text}\n// judged\n`);
    await rehearse();
    await judge(page, product, [AT_WIKI, plan.replace('/console', '')]);
    assert.deepEqual(heard, []);
  });

  const region = (name) => page.getByRole('region', { name, exact: true });
  const editor = (file) => page.getByRole('textbox', { name: `Text of ${file}` });

  /** Types another text of the file that is shown: a change of what was typed last, or of what is in force. */
  async function type(file, change) {
    texts[file] = change(texts[file] ?? (await inForce(file)));
    await put(file, texts[file]);
  }

  /** Types this text. */
  async function put(file, text) {
    await editor(file).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text);
  }

  /** Gives up what was typed before. */
  async function discard() {
    await openConsole(page, product, AT_WIKI);
    await page.getByRole('button', { name: 'Discard the whole change' }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Discard the whole change' }).click();
    texts = {};
  }

  async function chooseFile(file) {
    await page.getByRole('combobox', { name: 'File' }).or(page.getByRole('textbox', { name: 'File', exact: true })).first().click();
    await page.getByRole('option', { name: file, exact: true }).click();
    await editor(file).waitFor();
  }

  /** Rehearses what was typed, and waits for the plan. */
  async function rehearse() {
    await page.getByRole('button', { name: /^Rehearse/ }).click();
    await page.locator('[data-state="plan"]').waitFor();
    await settled(page);
  }

  /** Gives the reason, and where the plan does not know everything the reason to accept that, and shows what changes. */
  async function fillReason(dialogue, why) {
    await dialogue.getByLabel('Reason, for the record').fill(why);
    const accept = dialogue.getByLabel('Why you accept what is not known');
    if ((await accept.count()) > 0) await accept.fill('the installation is new');
    await dialogue.getByRole('button', { name: 'Show what changes' }).click();
    await dialogue.locator('[data-state="preview"]').waitFor();
  }

  /** Another person applies the set with another text of one file. */
  async function somebodyElse(file, change, why) {
    const dir = await lifetime.folder();
    await product.run('policy', 'pull', dir);
    const at = path.join(dir, file);
    await writeFile(at, change(await readFile(at, 'utf8')));
    await product.run('apply', dir, '--why', why, '--yes', '--accept-unknown', 'the installation is new');
  }

  /** Returns the text in force of a file. */
  async function inForce(file) {
    const dir = await lifetime.folder();
    await product.run('policy', 'pull', dir);
    return readFile(path.join(dir, file), 'utf8');
  }
});
