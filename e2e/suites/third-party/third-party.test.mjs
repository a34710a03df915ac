// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { openSocket } from '../../harness/http.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { startNodeRed, watchMessages } from '../../harness/node-red.mjs';
import { cookiesOf, enrol, pressesButtons } from '../../harness/person.mjs';

/** How long a revocation, or the end of an exception, may take to be felt. */
const AT_ONCE_MS = 1000;
/** When a stream that is never closed is given up. */
const HANGS_MS = 60_000;
const EDITOR = 'node-red.localhost';
/** Where the editor opens its WebSocket. */
const COMMS = '/comms';
const ADA = 'ada@example.org';
const GRACE = 'grace@example.org';
const GUARDRAIL = 'unmanaged-read-only';

describe('Node-RED behind the gate', () => {
  const lifetime = new Lifetime();
  const people = {};
  let product, page, context, exception;
  const editor = (at = '/') => product.url(EDITOR, at);

  before(async () => {
    const application = await startNodeRed(lifetime);
    product = await startUp(lifetime);
    await product.run('protect', `http://127.0.0.1:${application.port}`, '--name', 'node-red', '--title', 'Node-RED', '--sensitivity', 'internal');
    for (const [name, email] of [['Ada', ADA], ['Grace', GRACE]]) {
      people[email] = await product.run('person', 'add', '--name', name, '--email', email, '--invite');
    }
    ({ page, context } = await openBrowser(lifetime));
    await addAuthenticator(page);
    await pressesButtons(page);
  });
  after(() => lifetime.close());

  test('without a session it leads to the sign-in page', async () => {
    await page.goto(editor());
    assert.equal(new URL(page.url()).hostname, HOSTS.countersign);
    await page.getByText('to go on to Node-RED').waitFor();
    await assert.rejects(comms(''), { status: 401 });
  });

  test('on a device that nobody manages, the editor loads, and neither connects nor deploys', async () => {
    await enrol(page, invitationOf(ADA));
    const refusal = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('socketerror'));
    await page.goto(editor());
    await page.locator('#red-ui-workspace').waitFor();
    assert.match(await refusal, /Unexpected response code: 403/);
    const cookie = await cookiesOf(context, editor());
    await assert.rejects(comms(cookie), { status: 403 });
    denied(await deploy(cookie));
  });

  test('an exception for this person at this application lets the editor connect', async () => {
    exception = await openException();
    const [socket] = await watchMessages(page, editor());
    assert.equal(new URL(socket.url()).pathname, COMMS);
    const cookie = await cookiesOf(context, editor());
    await assert.rejects(comms(cookie, 'http://evil.localhost'), { status: 403 });
  });

  test('a changed flow is deployed from the editor, and its messages appear', async () => {
    await page.evaluate(() => {
      const { RED } = globalThis;
      const clock = RED.nodes.node('clock');
      clock.props = [{ p: 'payload', v: 'changed from the editor', vt: 'str' }];
      clock.payload = 'changed from the editor';
      clock.payloadType = 'str';
      clock.changed = true;
      clock.dirty = true;
      RED.nodes.dirty(true);
    });
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/flows'),
      page.locator('#red-ui-header-button-deploy').click(),
    ]);
    assert.equal(answer.status(), 200, await answer.text());
    await page.locator('.red-ui-debug-msg', { hasText: 'changed from the editor' }).first().waitFor();
  });

  test('the exception is on record with every decision that rested on it, and on no other', async () => {
    const changes = [...await decisions('write'), ...await decisions('connect')];
    const allowed = changes.filter(({ effect }) => effect === 'allow');
    assert.deepEqual([...new Set(allowed.map(({ action }) => action))].sort(), ['connect', 'write']);
    for (const decision of allowed) assert.deepEqual(decision.exceptions, [exception.id], decision.id);
    const denied = changes.filter(({ effect }) => effect === 'deny');
    for (const decision of denied) assert.deepEqual(decision.exceptions, [], decision.id);
    // The handshake from a foreign origin was refused under the exception, and no policy was asked.
    const foreign = denied.filter(({ reasons }) => reasons.includes('foreign-origin'));
    assert.deepEqual(foreign.map(({ action }) => action), ['connect']);
    assert.match(await product.print('why', foreign[0].id), /A page of another origin may not open a connection/);
    const refused = denied.filter((decision) => !foreign.includes(decision));
    assert.deepEqual([...new Set(refused.map(({ action }) => action))].sort(), ['connect', 'write']);
    for (const { id } of allowed) {
      const why = await product.print('why', id);
      assert.match(why, /Ada <ada@example\.org> was allowed to (change|open a stream to) node-red\/other/);
      assert.match(why, /node-red-users \(owner: .*applications\/node-red\.cedar/);
      assert.match(why, new RegExp(`exception: the exception to ${GUARDRAIL} for Ada at node-red, on the authority of CISO, ticket 4711: the editor is used from a tablet`));
    }
    for (const { id } of refused) {
      const why = await product.print('why', id);
      assert.match(why, new RegExp(`- ${GUARDRAIL} \\(owner: security; guardrails/unmanaged\\.cedar`));
      assert.match(why, /Use a managed device\./);
    }
  });

  test('it is for nobody else, and nowhere else', async () => {
    const other = await openBrowser(lifetime);
    await addAuthenticator(other.page);
    await enrol(other.page, invitationOf(GRACE));
    await other.page.goto(editor());
    const cookie = await cookiesOf(other.context, editor());
    await other.context.close();
    denied(await deploy(cookie));
    await assert.rejects(comms(cookie), { status: 403 });
    await page.goto(product.url(HOSTS.wiki));
    const wiki = await cookiesOf(context, product.url(HOSTS.wiki));
    denied(await product.ask(HOSTS.wiki, '/pages/welcome', { method: 'POST', headers: { cookie: wiki, accept: 'application/json' }, body: 'text=x' }));
  });

  test('when the exception ends, the WebSocket is closed and deploying denied at once', { timeout: HANGS_MS }, async (t) => {
    const [socket] = await watchMessages(page, editor());
    const closing = socket.waitForEvent('close').then(() => performance.now());
    const cookie = await cookiesOf(context, editor());
    const own = await comms(cookie);
    await product.run('exception', 'end', exception.id, '--reason', 'the tablet is gone');
    const ended = performance.now();
    denied(await deploy(cookie));
    const refused = performance.now() - ended;
    await atOnce(t, { request: refused, socket: (await own.closed).at - ended, "browser's socket": (await closing) - ended });
  });

  test('a revoked session closes the editor and refuses its next request at once', { timeout: HANGS_MS }, async (t) => {
    await openException();
    const [socket] = await watchMessages(page, editor());
    const closing = socket.waitForEvent('close').then(() => performance.now());
    const cookie = await cookiesOf(context, editor());
    const { items } = await product.run('session', 'list', '--person', ADA);
    assert.equal(items.length, 1);
    await product.run('session', 'revoke', items[0].id);
    const revoked = performance.now();
    assert.equal((await deploy(cookie)).status, 401);
    await atOnce(t, { request: performance.now() - revoked, "browser's socket": (await closing) - revoked });
    const { items: last } = await product.run('decisions', '--since', '1h', '--app', 'node-red', '--effect', 'deny', '--limit', '1');
    assert.match(await product.print('why', last[0].id), /signed-in \(owner: security[^]*Sign in\./);
    await until(async () => { await page.goto(editor()); return new URL(page.url()).hostname === HOSTS.countersign; }, 20_000);
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    const asked = await product.replayed();
    assert.ok(asked > 0);
    t.diagnostic(`${asked} decisions asked again`);
  });

  const invitationOf = (email) => people[email].invitation.link;

  const openException = () => product.run('exception', 'open', '--policy', GUARDRAIL, '--person', ADA, '--application', 'node-red',
    '--owner', 'admin@countersign.localhost', '--authority', 'CISO, ticket 4711', '--reason', 'the editor is used from a tablet', '--for', '1h');

  /** Ada's at the editor. It reads more than a list shows at once, so each is asked for by its action. */
  const decisions = async (action) => (await product.run('decisions', '--since', '1h', '--app', 'node-red', '--person', ADA, '--action', action)).items;

  /** The editor's WebSocket, without the editor. */
  const comms = (cookie, origin = new URL(editor()).origin) => openSocket({ port: product.port, host: EDITOR, path: COMMS, headers: { cookie, origin } });

  /** What deploying does, without the editor. The flow is not one, so that nothing comes of it where it is let in. */
  const deploy = (cookie) => product.ask(EDITOR, '/flows', {
    method: 'POST', body: '"no flow"', headers: { cookie, accept: 'application/json', 'content-type': 'application/json' },
  });
});

function denied(answer) {
  assert.equal(answer.status, 403, answer.text);
  assert.deepEqual(answer.json().reasons.map(({ policy }) => policy), [GUARDRAIL]);
  assert.deepEqual(answer.json().remedies.map(({ remedy }) => remedy), ['use-a-managed-device']);
}

async function atOnce(t, spans) {
  t.diagnostic(`after the command: ${Object.entries(spans).map(([what, span]) => `${what} ${Math.round(span)} ms`).join(', ')}`);
  for (const [what, span] of Object.entries(spans)) assert.ok(span < AT_ONCE_MS, `${what}: ${span} ms`);
}
