// See README.md beside this file. One journey on each page, on one installation.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf } from '../../harness/person.mjs';
import { judge } from './governance.mjs';
import { ADMINISTRATOR, API, begun, HOSTS, mayAdminister } from './installation.mjs';
import { consolePages, populate, STAFF } from './pages.mjs';

const PERSON = 'eve@example.org';
/** How old a passkey may be, in seconds, before an action asks for a fresh one. */
const FRESH = 30;

describe('the pages of the console', () => {
  const lifetime = new Lifetime();
  let product, context, page, heard, known;

  before(async () => {
    ({ product, context, page } = await begun(lifetime));
    heard = complaints(page);
    known = await populate(product);
    // A refusal, for the pages that show one.
    await openConsole(page, product, '/people');
    await mayAdminister(product, await lifetime.folder());
  });
  after(() => lifetime.close());

  test('every page is accessible in both schemes, from 360 to 2560 pixels, and its policy blocks nothing on it', async () => {
    const pages = (await consolePages(product, known)).map(({ at }) => at);
    await judge(page, product, pages, [['light', 1280], ['dark', 360], ['light', 2560]]);
    assert.deepEqual(heard, []);
  });

  test('a decision is explained: which way it fell, by which policies, and what would have let it pass', async () => {
    await openConsole(page, product, `/decisions?effect=deny&person=${ADMINISTRATOR}`);
    const list = page.getByRole('region', { name: 'Decisions' });
    assert.match(await list.innerText(), /Refused/);
    assert.doesNotMatch(await list.innerText(), /Allowed/);
    await list.getByRole('link', { name: 'Why' }).first().click();
    await settled(page);
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /was denied to read countersign\/control/);
    const policies = page.getByRole('region', { name: 'Policies that determined it' });
    assert.match(await policies.innerText(), /managed-device[\s\S]*security\s+guardrails\/devices\.cedar/);
    assert.match(await page.getByRole('region', { name: 'What it read' }).innerText(), /identity\s+proved with a passkey[^\n]*\d+ (second|minute)/);
    assert.match(await page.locator('main').innerText(), /What would have let it pass\s+Use a managed device/);
  });

  test('who can reach a group is found from its page, each with the path, and what the source does not have is said', async () => {
    await openConsole(page, product, `/inventory/node?source=people&key=${encodeURIComponent(STAFF)}`);
    await page.getByRole('link', { name: 'Who can reach it' }).click();
    const list = page.getByRole('region', { name: 'Who can reach what' });
    await list.getByRole('row').filter({ hasText: 'user07' }).waitFor();
    assert.match(await list.getByRole('row').filter({ hasText: 'user07' }).innerText(), /user07[\s\S]*is in staff/);
    assert.match(await page.locator('main').innerText(), /50 of 60[\s\S]*people, import 1/);
    await list.getByRole('link', { name: 'user07' }).first().click();
    await page.getByRole('link', { name: 'If it is compromised' }).click();
    await page.getByText('Tier zero cannot come under control').waitFor();
    await openConsole(page, product, '/access?question=what-can&source=people&node=nobody');
    await page.getByText('there is no record in people with the key or the name `nobody`').waitFor();
  });

  test('decisions show as they fall, filtered, and wait while paused', async () => {
    await openConsole(page, product, '/live?application=countersign');
    await page.getByText('Following decisions.').waitFor();
    const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    const ask = (at) => product.ask(HOSTS.countersign, `${API}${at}`, { headers: { cookie } });
    await product.ask(HOSTS.wiki, '/elsewhere');
    await ask('/groups');
    const live = page.getByRole('region', { name: 'Live' });
    await live.getByText(`GET ${API}/groups`).waitFor();
    assert.doesNotMatch(await live.innerText(), /elsewhere/);
    // What determined it leads to its policy, here as in every list.
    const permit = live.getByRole('row').filter({ hasText: `GET ${API}/groups` }).first().getByRole('link', { name: /^[a-z-]+$/ }).first();
    assert.equal(await permit.getAttribute('href'), `/console/policies/${await permit.innerText()}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused.').waitFor();
    await ask('/networks');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Following decisions.').waitFor();
    await ask('/keys');
    await live.getByText(`GET ${API}/keys`).waitFor();
  });

  test('somebody joins a group and leaves it; somebody who is not known does not', async () => {
    await openConsole(page, product, '/groups/editors');
    await page.getByRole('button', { name: 'Add a member' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Add a member' });
    const field = dialogue.getByRole('textbox');
    await field.fill('nobody@example.org');
    await dialogue.getByRole('button', { name: 'Add a member' }).click();
    assert.match(await dialogue.getByRole('alert').innerText(), /nobody@example\.org/);
    await field.fill('grace@example.org');
    await dialogue.getByRole('button', { name: 'Add a member' }).click();
    const members = page.getByRole('region', { name: 'Members' });
    await members.getByText('grace@example.org').waitFor();
    await members.getByRole('row').filter({ hasText: 'grace@example.org' }).getByRole('button', { name: 'Take out' }).click();
    await confirm('Take out', /leaves editors/);
    await members.getByText('grace@example.org').waitFor({ state: 'detached' });
  });

  test('an application is only observed, and enforced again', async () => {
    await openConsole(page, product, '/applications/wiki');
    assert.match(await page.getByRole('region', { name: 'Parts' }).innerText(), /admin\s+Restricted\s+.*\/admin\/\*\*/);
    const stage = async () => (await product.run('application', 'show', 'wiki')).declared.stage;
    await page.getByRole('button', { name: 'Only observe' }).click();
    await confirm('Only observe', /nothing is refused at Wiki/);
    await page.getByRole('button', { name: 'Enforce' }).waitFor();
    assert.equal(await stage(), 'observe');
    await page.getByRole('button', { name: 'Enforce' }).click();
    await confirm('Enforce', /Rehearse it first/);
    await page.getByRole('button', { name: 'Only observe' }).waitFor();
    assert.equal(await stage(), 'enforce');
  });

  test('a token of a service account is revoked', async () => {
    await openConsole(page, product, '/services');
    await page.getByRole('link', { name: 'payroll-export' }).click();
    await page.getByRole('region', { name: 'Tokens' }).getByRole('button', { name: 'Revoke' }).click();
    await confirm('Revoke', /cannot be taken back/);
    await page.getByText('It has no token.').waitFor();
  });

  test('a device shows what its checks say', async () => {
    await openConsole(page, product, '/devices');
    await page.getByRole('link', { name: 'Ada’s laptop' }).click();
    assert.match(await page.getByRole('region', { name: 'Checks' }).innerText(), /firewall\s+Passes/);
  });

  test('an action that asks for a fresh passkey is carried out once it was shown, and not before', async () => {
    await mayAdminister(product, await lifetime.folder(), FRESH);
    await openConsole(page, product, '/people?q=eve');
    await page.getByRole('link', { name: 'Eve' }).click();
    // Nobody is suspended by it: there is no such person. It is refused before that is found out, once the proof is old.
    await until(() => page.evaluate(isRefused, `${API}/people/nobody@example.org/suspend`), 4 * FRESH * 1000, () => 'the proof does not grow too old');
    await page.getByRole('button', { name: 'Suspend' }).click();
    const dialogue = page.getByRole('dialog', { name: 'Suspend' });
    await dialogue.getByRole('textbox').fill('on leave');
    const refused = page.waitForResponse((answer) => answer.url().endsWith('/suspend') && answer.status() === 403);
    await dialogue.getByRole('button', { name: 'Suspend' }).click();
    await refused;
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.waitFor();
    assert.equal((await product.run('person', 'show', PERSON)).standing, 'active');
    await asked.getByRole('button', { name: 'Confirm with a passkey' }).click();
    await page.getByRole('definition').filter({ hasText: 'on leave' }).waitFor();
    assert.equal((await product.run('person', 'show', PERSON)).suspended_because, 'on leave');
    await mayAdminister(product, await lifetime.folder());
  });

  test('whoever ends their own session is asked to sign in, and goes on', async () => {
    await openConsole(page, product, '/sessions');
    const list = page.getByRole('region', { name: 'Sessions' });
    await list.getByRole('button', { name: 'End', exact: true }).first().click();
    await confirm('End', /ends everywhere at once/);
    const asked = page.getByRole('dialog', { name: 'Your session has ended' });
    await asked.waitFor();
    await asked.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await asked.waitFor({ state: 'detached' });
    await list.getByText(ADMINISTRATOR).waitFor();
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    assert.deepEqual(heard, []);
    t.diagnostic(`${await product.replayed()} decisions asked again`);
  });

  /** Reads what an action will do, gives a reason where one is asked for, and confirms. */
  async function confirm(label, says, reason) {
    const dialogue = page.getByRole('dialog', { name: label, exact: true });
    assert.match(await dialogue.innerText(), says);
    if (reason) await dialogue.getByRole('textbox').fill(reason);
    await dialogue.getByRole('button', { name: label, exact: true }).click();
    await dialogue.waitFor({ state: 'detached' });
  }
});

/** Returns whether a command is refused, twice a second at most. Runs in the page. */
async function isRefused(at) {
  await new Promise((resolve) => { setTimeout(resolve, 500); });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(at, { method: 'POST', headers, body: JSON.stringify({ reason: 'test' }) })).status === 403;
}
