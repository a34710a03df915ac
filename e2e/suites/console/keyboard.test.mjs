// Every action of the console by keyboard alone. See README.md. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { keyboardOf } from '../../harness/keyboard.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { enrol, pressesButtons } from '../../harness/person.mjs';
import { populateByBrowser } from './governance.mjs';
import { API, begun, HOSTS, mayAdminister } from './installation.mjs';
import { longPlan, putOnTrial, shortPlan, solverThatNeverAnswers } from './jobs.mjs';
import { actions } from './keyboard-actions.mjs';
import { populate } from './pages.mjs';

const SOURCES = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../console/src');
const SECOND = 'ben@example.org';

describe('the console by keyboard', () => {
  const lifetime = new Lifetime();
  /** What the actions work with. */
  const kit = { lifetime };
  let heard;

  before(async () => {
    const solver = await solverThatNeverAnswers(await lifetime.folder());
    process.env.PATH = `${solver}:${process.env.PATH}`;
    Object.assign(kit, await begun(lifetime));
    const { product, page } = kit;
    heard = complaints(page);
    // What is drawn at once can be judged at once.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    kit.known = await populate(product);
    await mayAdminister(product, await lifetime.folder());
    await putOnTrial(product, await lifetime.folder());
    await populateByBrowser(product, page);
    kit.plan = (await shortPlan(page)).id;
    kit.second = await secondAdministrator(product);
    kit.proposes = (member) => proposes(kit.second, product, member);
    kit.longPlan = () => longPlan(page);
    kit.publishes = (file, more) => publishes(product, file, more);
    kit.keys = keyboardOf(page);
    // So many decisions that their list has a second page.
    await page.evaluate((at) => Promise.all(Array.from({ length: 60 }, () => fetch(at))), `${API}/groups`);
  });
  after(() => lifetime.close());

  test('the table has every action of the console: a new one is missing here', async () => {
    const counted = (entries) => Object.fromEntries(entries.toSorted(([one], [other]) => one.localeCompare(other)));
    const inTable = {};
    for (const { from } of actions) for (const [file, n] of Object.entries(from)) inTable[file] = (inTable[file] ?? 0) + n;
    assert.deepEqual(counted(Object.entries(inTable)), counted(await actionsOfSources()));
  });

  for (const { does, by } of actions) {
    test(does, async () => {
      await by(kit);
      await kit.keys.keeps();
    });
  }

  test('nothing that the keyboard did was blocked by a policy of the pages', () => assert.deepEqual(heard, []));

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    t.diagnostic(`${await kit.product.replayed()} decisions asked again`);
  });

  /** Another person applies the set with more text in one file. */
  async function publishes(product, file, more) {
    const dir = await lifetime.folder();
    await product.run('policy', 'pull', dir);
    await appendFile(path.join(dir, file), more);
    await product.run('apply', dir, '--why', 'theirs', '--yes', '--accept-unknown', 'the installation is new');
  }

  /** A second administrator, at a browser of their own. */
  async function secondAdministrator(product) {
    await product.run('person', 'add', '--name', 'Ben', '--email', SECOND, '--group', 'administrators');
    const { link } = await product.run('person', 'invite', SECOND);
    const { page } = await openBrowser(lifetime);
    await pressesButtons(page);
    await addAuthenticator(page);
    await enrol(page, link);
    await openConsole(page, product);
    return page;
  }

  /** The second administrator proposes to make somebody an administrator. Returns the proposal. */
  async function proposes(page, product, member) {
    await page.goto(product.url(HOSTS.countersign, '/console/'));
    await settled(page);
    const answer = await page.evaluate(async (at) => (await fetch(at, { method: 'PUT' })).json(), `${API}/groups/administrators/members/${member}`);
    assert.ok(answer.proposal, JSON.stringify(answer));
    return answer.proposal;
  }
});

/** Returns how many actions each file of the pages and of the frame has. The pages that protect applications count as one. */
async function actionsOfSources() {
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => /^(pages|shell)\/.*\.tsx$/.test(file));
  const counted = await Promise.all(files.map(async (file) => {
    const text = await readFile(path.join(SOURCES, file), 'utf8');
    return [file, text.match(/<ActionButton\b|<FormAction\b|\bonClick=|\bonSubmit=/g)?.length ?? 0];
  }));
  const own = counted.filter(([file, n]) => n > 0 && !file.startsWith('pages/protect/'));
  return [...own, ['pages/protect/', 1]];
}
