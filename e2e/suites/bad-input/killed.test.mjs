// See README.md beside this file: the server killed under traffic, and its journal forged while it is stopped.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { BINARY, startUp } from '../../harness/countersign.mjs';
import { ask, stub } from '../../harness/http.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';

const DESK = 'desk.localhost';
const ADMINISTRATOR = 'admin@countersign.localhost';
/** How often the server is killed, and after how many acknowledged revocations. */
const KILLS = [3, 7, 5];
/** A decision that nobody waits for is on disk after 200 ms at most; this is ample. */
const DURABLE_MS = 500;

describe('a server that is killed', () => {
  const lifetime = new Lifetime();
  const revoked = { tokens: [], cookies: [] };
  let product, browser, service;

  before(async () => {
    const { port: upstream } = await stub(lifetime, (_request, answer) => answer.end('the page'));
    product = await startUp(lifetime, { samples: false, decisions: true });
    await product.run('protect', `http://127.0.0.1:${upstream}`, '--name', 'desk', '--sensitivity', 'internal');
    service = await product.run('service', 'add', 'proxy', '--owner', ADMINISTRATOR, '--purpose', 'asks for the desk');
    const { page, context } = await openBrowser(lifetime);
    await addAuthenticator(page);
    await enrol(page, product.invitation);
    browser = { page, context };
  });
  after(() => lifetime.close());

  for (const [round, revocations] of KILLS.entries()) {
    test(`under traffic, after ${revocations} revocations, keeps what it acknowledged (${round + 1})`, async () => {
      const cookie = await session();
      const tokens = [];
      for (let n = 0; n < revocations; n += 1) tokens.push(await product.run('service', 'token', 'proxy', '--application', 'desk'));
      assert.equal(await asked(tokens[0].token, cookie), 200);
      const traffic = startTraffic(cookie);
      await until(() => traffic.told.length > 30 && performance.now() - traffic.told[30].at > DURABLE_MS, 20_000);
      for (const token of tokens) {
        await product.run('service', 'revoke-token', token.id, '--yes');
        revoked.tokens.push(token.token);
      }
      const { items } = await product.run('session', 'list', '--person', ADMINISTRATOR);
      const [{ id }] = items.sort((one, other) => (one.started_at < other.started_at ? 1 : -1));
      await product.run('session', 'revoke', id);
      revoked.cookies.push(cookie);
      const killed = performance.now();
      await product.child.stop('SIGKILL');
      await traffic.stop();
      await restart();

      assert.equal((await product.run('journal', 'verify')).whole, true);
      const live = await product.run('service', 'token', 'proxy', '--application', 'desk');
      const shown = (await product.run('service', 'list')).items.find((each) => each.id === service.id).tokens.map(({ id: token }) => token);
      assert.ok(tokens.every((token) => !shown.includes(token.id)), 'a revoked token is listed again');
      for (const token of revoked.tokens) assert.equal(await asked(token, cookie), 401);
      for (const each of revoked.cookies) {
        assert.equal((await product.ask(DESK, '/', { headers: { cookie: each, accept: 'application/json' } })).status, 401);
        assert.equal(await asked(live.token, each), 401);
      }
      const due = traffic.told.filter(({ at }) => killed - at > DURABLE_MS);
      const listed = new Set((await product.run('decisions', '--app', 'desk', '--limit', '10000')).items.map((each) => each.id));
      console.log(`# killed after ${traffic.told.length} decisions, ${due.length} of them told more than ${DURABLE_MS} ms before; ${listed.size} are listed`);
      assert.ok(due.length > 0);
      assert.deepEqual(due.filter((each) => !listed.has(each.id)), [], 'decisions are lost');
      assert.match(await product.print('why', due.at(-1).id), /desk/);
      assert.doesNotMatch(product.child.said, /panicked/);
    });
  }

  test('and whose journal is forged while it is stopped, says where', async () => {
    const { seq, anchor } = await product.run('journal', 'head');
    await product.child.stop();
    const file = path.join(product.data, 'journal.sqlite');
    const sqlite = (statement) => execFileSync('sqlite3', [file, statement], { encoding: 'utf8' });
    const verify = (...more) => {
      try {
        return { code: 0, said: execFileSync(BINARY, ['journal', 'verify', '--offline', file, ...more], { encoding: 'utf8', stdio: 'pipe' }) };
      } catch (error) {
        return { code: error.status, said: `${error.stdout}${error.stderr}` };
      }
    };
    assert.equal(verify('--anchor', anchor).code, 0);
    // Somebody who may write the file may also take the triggers away; the chain still tells.
    sqlite('drop trigger journal_entries_never_change; drop trigger journal_entries_never_go');
    const altered = Math.floor(seq / 2);
    const before = sqlite(`select hex(payload) from journal_entries where seq = ${altered}`).trim();
    sqlite(`update journal_entries set payload = cast(replace(cast(payload as text), 'e', 'a') as blob) where seq = ${altered}`);
    assert.notEqual(sqlite(`select hex(payload) from journal_entries where seq = ${altered}`).trim(), before);
    finds(verify(), altered);
    const started = lifetime.process(BINARY, ['up', '--data', product.data, '--listen', `127.0.0.1:${product.port}`, '--no-samples']);
    await until(() => started.ended, 30_000, () => `it starts on a forged journal:\n${started.said}`);
    assert.notEqual(await started.stop(), 0);
    assert.match(started.said, new RegExp(`\\b${altered}\\b`));
    assert.doesNotMatch(started.said, /panicked/);

    sqlite(`update journal_entries set payload = x'${before}' where seq = ${altered}`);
    assert.equal(verify('--anchor', anchor).code, 0, 'mended, it is whole again');
    sqlite(`delete from journal_entries where seq = ${altered}`);
    finds(verify(), altered);
    sqlite(`delete from journal_entries where seq > ${altered - 1}`);
    assert.equal(verify().code, 0, 'what was cut off at the end, only an anchor tells');
    assert.equal(verify('--anchor', anchor).code, 6);
  });

  function finds({ code, said }, seq) {
    assert.equal(code, 6, said);
    assert.match(said, new RegExp(`\\b(${seq}|${seq + 1})\\b`), said);
  }

  /** The same server again: on the same data folder and ports, so that cookies and links stay good. */
  async function restart() {
    const { data, port, decisionPort } = product;
    const args = ['up', '--data', data, '--listen', `127.0.0.1:${port}`, '--decision-point', `127.0.0.1:${decisionPort}`, '--no-samples'];
    const child = lifetime.process(BINARY, args);
    await child.listens(port);
    await child.listens(decisionPort);
    product = { ...product, child };
    await until(() => product.run('status').then(() => true, () => false), 20_000);
  }

  /** A new session of the administrator, as the desk's cookie. */
  async function session() {
    const { page, context } = browser;
    await context.clearCookies();
    // Nobody has to press the button: the authenticator's owner is there, and answers the suggestion.
    await page.goto(product.url(DESK), { waitUntil: 'commit' });
    await page.waitForURL((url) => url.hostname === DESK);
    return cookiesOf(context, product.url(DESK));
  }

  /** What the decision point says to a proxy with this token, about somebody with this cookie. */
  async function asked(token, cookie) {
    const headers = {
      'x-countersign-proxy': token, 'x-original-method': 'GET', 'x-original-uri': '/', 'x-original-host': DESK,
      'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1', accept: 'application/json', cookie,
    };
    return (await ask({ port: product.decisionPort, path: '/forward-auth/nginx', headers })).status;
  }

  /** Requests without a pause, from four at once, until the server is gone: the decisions that were told, and when. */
  function startTraffic(cookie) {
    const told = [];
    let going = true;
    const one = async () => {
      while (going) {
        const answer = await product.ask(DESK, '/', { method: 'POST', headers: { cookie, accept: 'application/json' } }).catch(() => undefined);
        const id = answer?.headers['x-countersign-decision'];
        if (answer === undefined) return;
        if (id !== undefined) told.push({ id, at: performance.now() });
      }
    };
    const all = Promise.all([1, 2, 3, 4].map(one));
    return { told, stop: async () => { going = false; await all; } };
  }
});
