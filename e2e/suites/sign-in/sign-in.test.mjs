// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { openSocket } from '../../harness/http.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol, pressesButtons, signIn, signOut } from '../../harness/person.mjs';

/** How long a revocation may take to be felt. */
const AT_ONCE_MS = 1000;
/** When a stream that is never closed is given up. */
const HANGS_MS = 60_000;
/** How long a changed policy file may take to be in force: the folder is looked at twice a second. */
const RELOAD_MS = 10_000;

const PROGRAM = { accept: 'application/json' };

describe('signing in at a new installation', () => {
  const lifetime = new Lifetime();
  let product, page, context, authenticator;
  const wiki = (at = '/') => product.url(HOSTS.wiki, at);

  before(async () => {
    product = await startUp(lifetime);
    ({ page, context } = await openBrowser(lifetime));
    authenticator = await addAuthenticator(page);
  });
  after(() => lifetime.close());

  test('it listens on loopback only', () => {
    const addresses = listening(product.child.pid);
    assert.ok(addresses.length > 0);
    assert.deepEqual(addresses.filter((address) => address !== '0100007F'), []);
  });

  test('without a session a person is sent to sign in, and a program is told so', async () => {
    await page.goto(wiki('/pages/welcome'));
    assert.equal(new URL(page.url()).hostname, HOSTS.countersign);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    const answer = await product.ask(HOSTS.wiki, '/pages/welcome', { headers: PROGRAM });
    assert.equal(answer.status, 401);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
    await assert.rejects(openSocket({ port: product.port, host: HOSTS.wiki, path: '/live' }), { status: 401 });
  });

  test('the invitation and a passkey lead to the protected page', async () => {
    await enrol(page, product.invitation);
    assert.equal(await page.locator('#email').textContent(), 'admin@countersign.localhost');
    const [passkey] = await authenticator.credentials();
    assert.equal(passkey.isResidentCredential, true);
    await page.goto(wiki('/pages/welcome'));
    await page.getByRole('heading', { name: 'welcome' }).waitFor();
    assert.equal(await claim('name'), 'Administrator');
    assert.equal(await claim('aud'), 'wiki');
  });

  test('the invitation is good for once', async () => {
    const other = await openBrowser(lifetime);
    await addAuthenticator(other.page);
    await other.page.goto(product.invitation);
    await other.page.getByText('This invitation is not valid any more').waitFor();
    assert.equal(await other.page.getByRole('button', { name: 'Register a passkey' }).isVisible(), false);
    await other.context.close();
  });

  test('signing out and in again needs no name', async () => {
    await signOut(page, product);
    assert.equal((await answerTo(await cookiesOf(context, wiki()))).status, 401);
    // The owner is present, so the browser's suggestion in the field is taken as soon as it is offered.
    await page.goto(wiki('/pages/on-call'));
    await page.waitForURL(wiki('/pages/on-call'));
    await page.getByRole('heading', { name: 'on-call' }).waitFor();
  });

  test('signing out at an application signs out everywhere', async () => {
    const cookie = await cookiesOf(context, wiki());
    await page.goto(wiki('/.countersign/sign-out'));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(product.url(HOSTS.countersign, '/signed-out'));
    assert.equal((await answerTo(cookie)).status, 401);
    assert.deepEqual((await product.run('session', 'list')).items, []);
  });

  test('a passkey whose user was not recognised signs nobody in', async () => {
    await pressesButtons(page);
    await page.goto(wiki('/pages/on-call'));
    await authenticator.verifies(false);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.locator('#problem:not(:empty)').waitFor();
    assert.deepEqual((await product.run('session', 'list')).items, []);
    await authenticator.verifies(true);
  });

  test('the way back from signing in is good for once, and only in the browser that set out', async () => {
    const back = page.waitForRequest((request) => new URL(request.url()).pathname === '/.countersign/callback');
    await signIn(page);
    const { pathname, search } = new URL((await back).url());
    await page.waitForURL(wiki('/pages/on-call'));
    const used = await product.ask(HOSTS.wiki, pathname + search, { headers: { accept: 'text/html' } });
    assert.ok(used.status >= 400 && used.status < 500, `${used.status}`);
    assert.doesNotMatch(String(used.headers['set-cookie']), /__Host-countersign=/);
    // Another browser has begun, and is handed the code of the first: it was used, and its state is another's.
    const begun = await product.ask(HOSTS.wiki, '/', { headers: { accept: 'text/html' } });
    const state = begun.headers['set-cookie'][0].split(';')[0];
    const stolen = await product.ask(HOSTS.wiki, pathname + search, { headers: { accept: 'text/html', cookie: state } });
    assert.ok(stolen.status >= 400 && stolen.status < 500, `${stolen.status}`);
  });

  test("the wiki's cookie is worth nothing at the payroll, and a forged assertion nothing at the wiki", async () => {
    const cookie = await cookiesOf(context, wiki());
    const headers = { ...PROGRAM, cookie, 'x-countersign-assertion': 'e30.eyJzdWIiOiJmb3JnZWQifQ.AAAA' };
    assert.equal((await product.ask(HOSTS.payroll, '/', { headers })).status, 401);
    const own = await product.ask(HOSTS.wiki, '/', { headers });
    assert.equal(own.status, 200);
    assert.match(own.text, /admin@countersign\.localhost/);
    assert.doesNotMatch(own.text, /forged/);
  });

  test('the live page ticks and echoes over its WebSocket', async () => {
    await page.goto(wiki('/live'));
    await page.locator('#state', { hasText: 'open' }).waitFor();
    await page.locator('#tick').filter({ hasNotText: /^0$/ }).waitFor();
    await page.getByRole('textbox').fill('hello');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('#echo', { hasText: 'hello' }).waitFor();
    const cookie = await cookiesOf(context, wiki());
    const foreign = { cookie, origin: 'http://evil.localhost' };
    await assert.rejects(openSocket({ port: product.port, host: HOSTS.wiki, path: '/live', headers: foreign }), { status: 403 });
  });

  test('an edit from a device that nobody manages is denied with the remedy', async () => {
    await page.goto(wiki('/pages/welcome/edit'));
    await page.getByLabel('Text').fill('changed');
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.getByRole('button', { name: 'Save' }).click(),
    ]);
    assert.equal(answer.status(), 403);
    await page.getByRole('heading', { name: 'You cannot do this' }).waitFor();
    assert.equal(await page.locator('[data-policy="unmanaged-read-only"]').count(), 1);
    assert.equal(await page.locator('[data-remedy]').textContent(), 'Use a managed device.');
    const why = await product.print('why', await page.locator('#decision').textContent());
    assert.match(why, /unmanaged-read-only/);
    assert.match(why, /no device was proved/);
    assert.match(why, /Use a managed device\./);
    await page.goto(wiki('/pages/welcome'));
    assert.equal(await page.getByText('changed').count(), 0);
  });

  test('a guardrail in the data folder is in force soon, and out of force only when somebody says so', async () => {
    const cookie = await cookiesOf(context, wiki());
    const file = await guardrail('closed', CLOSED);
    const denied = await until(async () => { const answer = await answerTo(cookie); return answer.status === 403 && answer; }, RELOAD_MS);
    assert.deepEqual(denied.json().reasons, [{ policy: 'closed-for-today', text: 'The wiki is closed for today.' }]);
    const { explanation } = await product.run('why', denied.json().decision);
    assert.equal(explanation.determined_by[0].place, 'guardrails/closed.cedar:2');
    // A file that is missing does not say that it was meant to be.
    const said = product.child.said.length;
    await rm(file);
    await until(() => product.child.said.slice(said).includes('closed-for-today'), RELOAD_MS);
    assert.equal((await answerTo(cookie)).status, 403);
    await outOfForce('closed-for-today');
    await until(async () => (await answerTo(cookie)).status === 200, RELOAD_MS);
  });

  test('a broken policy file is refused with its line, and what runs stays', async () => {
    const cookie = await cookiesOf(context, wiki());
    const before_ = await product.run('policy', 'list');
    for (const [name, text, complaint] of BROKEN) {
      const said = product.child.said.length;
      const file = await guardrail(name, text);
      await until(() => complaint.test(product.child.said.slice(said)), RELOAD_MS, () => `not said: ${complaint}; but ${product.child.said.slice(said)}`);
      assert.equal((await answerTo(cookie)).status, 200);
      assert.deepEqual(await product.run('policy', 'list'), before_);
      await rm(file);
    }
    // And the folder is still listened to.
    const file = await guardrail('closed', CLOSED.replace('closed-for-today', 'closed-again'));
    await until(async () => (await answerTo(cookie)).status === 403, RELOAD_MS);
    await rm(file);
    await outOfForce('closed-again');
    await until(async () => (await answerTo(cookie)).status === 200, RELOAD_MS);
  });

  test('a revocation stops the next request and closes the open WebSockets at once', { timeout: HANGS_MS }, async (t) => {
    await page.goto(wiki('/live'));
    await page.locator('#state', { hasText: 'open' }).waitFor();
    const cookie = await cookiesOf(context, wiki());
    const headers = { cookie, origin: new URL(wiki()).origin };
    const { closed } = await openSocket({ port: product.port, host: HOSTS.wiki, path: '/live', headers });
    const { items } = await product.run('session', 'list');
    assert.equal(items.length, 1);
    assert.equal((await answerTo(cookie)).status, 200);
    await product.run('session', 'revoke', items[0].id);
    const revoked = performance.now();
    assert.equal((await answerTo(cookie)).status, 401, 'the first request after the command');
    const refused = performance.now() - revoked;
    const shown = page.locator('#state', { hasText: 'closed' }).waitFor().then(() => performance.now() - revoked);
    const ended = (await closed).at - revoked;
    t.diagnostic(`after the command: request refused ${ms(refused)}, stream closed ${ms(ended)}, browser's stream ${ms(await shown)}`);
    assert.ok(refused < AT_ONCE_MS, `the request was refused ${ms(refused)} after the revocation`);
    assert.ok(ended < AT_ONCE_MS, `the stream ended ${ms(ended)} after the revocation`);
    assert.ok(await shown < AT_ONCE_MS, `the browser's stream ended ${ms(await shown)} after the revocation`);
    await page.goto(wiki('/pages/welcome'));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  });

  test('every decision is listed and explained', async () => {
    const all = (await product.run('decisions', '--since', '1h', '--app', 'wiki', '--limit', '1000')).items;
    const kinds = new Map(all.map((item) => [`${item.effect} ${item.action} ${item.reasons}`, item]));
    for (const effect of ['allow', 'deny']) assert.ok(all.some((item) => item.effect === effect), `no decision to ${effect}`);
    for (const [kind, { id, effect, reasons }] of kinds) {
      const { explanation } = await product.run('why', id);
      assert.deepEqual(explanation.determined_by.map((policy) => policy.id), reasons, kind);
      // Of a policy that is in force no more, only its name is left to say; what no policy holds has neither owner nor place.
      const without = ['closed-for-today', 'foreign-origin'];
      const inForce = explanation.determined_by.filter((policy) => !without.includes(policy.id));
      for (const { owner, reason, place } of inForce) assert.ok(owner && reason && place, kind);
      const items = explanation.evidence.map(({ item }) => item);
      for (const item of ['identity', 'device', 'place', 'risk', 'label']) assert.ok(items.includes(item), `${kind}: ${item}`);
      assert.equal(explanation.remedies.length > 0, effect === 'deny', `${kind}: ${explanation.text}`);
    }
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    const asked = await product.replayed();
    assert.ok(asked > 0);
    t.diagnostic(`${asked} decisions asked again`);
  });

  test('what was recorded is exported as OCSF events, the oldest first', async (t) => {
    const text = await product.print('evidence', 'export', '--format', 'ocsf', '--since', '1d');
    const events = text.trim().split('\n').map((line) => JSON.parse(line));
    const decided = events.filter(({ class_uid: kind }) => kind === 4002 || kind === 6003);
    // The replay of a moment ago asked all of these but those that no policy was asked about.
    assert.ok(decided.length >= await product.replayed());
    assert.ok(events.some(({ type_uid: kind, user }) => kind === 300_201 && user.email_addr === 'admin@countersign.localhost'), 'somebody signed in');
    const times = events.map(({ time }) => time);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    t.diagnostic(`${events.length} events`);
  });

  /** What the wiki's first page answers to a program with this cookie. */
  const answerTo = (cookie) => product.ask(HOSTS.wiki, '/', { headers: { ...PROGRAM, cookie } });

  const claim = (name) => page.locator(`footer dt:text-is("${name}") + dd`).textContent();

  /** Takes a guardrail out of force, once its file is gone; whether the folder has been put in step since it was published does not matter. */
  async function outOfForce(id) {
    const folder = path.join(product.data, 'policies');
    await product.run('policy', 'publish', folder, '--removes', id, '--overwrite', '--yes');
  }

  async function guardrail(name, text) {
    const file = path.join(product.data, 'policies/guardrails', `${name}.cedar`);
    await writeFile(file, text);
    return file;
  }
});

const CLOSED = `
@id("closed-for-today")
@owner("security")
@reason("The wiki is closed for today.")
@review("2027-05-31")
forbid (principal, action, resource in Countersign::Application::"wiki");
`;

/** Policy files that must not be put in force, and what is said of them. */
const BROKEN = [
  ['unparsed', CLOSED.replace(');', ''), /guardrails\/unparsed\.cedar:\d+/],
  ['unknown', CLOSED.replace(');', ') when { context.weather == "rain" };'), /guardrails\/unknown\.cedar:\d+[^]*weather/],
  ['unowned', CLOSED.replace('@owner("security")', ''), /guardrails\/unowned\.cedar:\d+[^]*owner/],
  ['lockout', CLOSED.replace(' in Countersign::Application::"wiki"', ''), /administrator/i],
];

const ms = (span) => `${Math.round(span)} ms`;

/** The IPv4 addresses on which a process listens, as the kernel writes them (127.0.0.1 is 0100007F). */
function listening(pid) {
  const table = (name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/));
  // The tables are the whole network namespace's: keep the sockets that the process has open.
  const own = new Set(socketsOf(pid));
  const rows = [...table('tcp'), ...table('tcp6')];
  return rows.filter((row) => row[3] === '0A' && own.has(row[9])).map((row) => row[1].split(':')[0]);
}

function socketsOf(pid) {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.slice(1) ?? [];
    } catch {
      return [];
    }
  });
}
