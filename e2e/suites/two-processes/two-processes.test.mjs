// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { BINARY, startServe } from '../../harness/countersign.mjs';
import { ask, openSocket, stub } from '../../harness/http.mjs';
import { freePort, Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';
import { startPostgres } from '../../harness/postgres.mjs';

/** How long a revocation may take to be felt anywhere. */
const AT_ONCE_MS = 1000;
/** For how long PostgreSQL is away at least, and how long is decided without it: less for what is restricted. */
const LONG = process.env.COUNTERSIGN_LONG === '1';
const AWAY_S = LONG ? 30 : 8;
const BOUND_S = LONG ? { restricted: 8, internal: 20 } : { restricted: 2, internal: 5 };
/** How long both may take to follow PostgreSQL again once it is back. */
const BACK_MS = 15_000;

const WIKI = 'wiki.localhost';
const VAULT = 'vault.localhost';

describe('two processes on one PostgreSQL', () => {
  const lifetime = new Lifetime();
  const cookies = {};
  let postgres, first, second, away, headBefore, anns;

  before(async () => {
    postgres = await startPostgres(lifetime);
    const { server, port: upstream } = await stub(lifetime, (_request, answer) => answer.end('the page'));
    new WebSocketServer({ server });
    first = await startProcess('first', true);
    second = await startProcess('second', false, first.port);
    await protect(upstream, 'wiki', 'internal');
    await protect(upstream, 'vault', 'restricted');
    await signIn('ann');
    await signIn('bob');
  });
  after(() => lifetime.close());

  test('a session that began at the one is let in at both', async () => {
    for (const process of [first, second]) {
      for (const name of ['ann', 'bob']) assert.equal(await status(process, WIKI, name), 200);
      assert.equal(await status(process, WIKI, undefined), 401);
      assert.equal(await status(process, VAULT, 'ann'), 403);
    }
    assert.equal((await second.ask('countersign.localhost', '/sign-in')).status === 200, false, 'a gate has no sign-in page');
  });

  test('a rollout counts at both, and both together find that it stops too many', async () => {
    const folder = path.join(await lifetime.folder(), 'policies');
    await first.run('policy', 'pull', folder);
    await writeFile(path.join(folder, 'guardrails', 'trial.cedar'), `@id("no-trial")
@owner("security")
@reason("On trial.")
@review("2099-01-01")
@stage("shadow")
forbid (principal, action, resource in Countersign::Application::"wiki")
when { context.item like "/trial*" };
`);
    await first.run('policy', 'publish', folder, '--yes');
    const trial = (process, name) => status(process, WIKI, name, '/trial');
    // A process takes up published policies a moment later: what it decides until then is not on trial.
    await until(async () => {
      for (const process of [first, second]) assert.equal(await trial(process, 'ann'), 200);
      const { items } = await first.run('decisions', '--limit', '1');
      return items[0].shadow.includes('no-trial');
    }, BACK_MS, () => 'the first does not try the policy');
    const { id } = await first.run('rollout', 'start', '--policy', 'no-trial', '--percent', '100', '--watch', '1h', '--halt-if', 'newly denied people > 1', '--since', '1h', '--yes');
    // One person at the one, another at the other: neither process sees too many by itself.
    await until(async () => (await trial(first, 'ann')) === 403, BACK_MS, () => 'the first lets ann in');
    assert.equal((await first.run('rollout', 'status', id)).state, 'running');
    await until(async () => (await trial(second, 'bob')) === 403, BACK_MS, () => 'the second lets bob in');
    for (const process of [first, second]) {
      await until(async () => (await trial(process, 'ann')) === 200, BACK_MS, () => `${process.name} refuses still`);
    }
    const halted = await first.run('rollout', 'status', id);
    assert.deepEqual([halted.state, halted.newly_denied.people], ['halted', 2]);
    assert.equal(halted.moves.length, 2, 'only one of them took it back');
  });

  test('a use at the gate shows at the control plane', async () => {
    assert.equal(await status(second, WIKI, 'ann'), 200);
    const seen = async () => (await first.run('session', 'list', '--person', 'ann@example.org')).items[0].last_use;
    await until(async () => (await seen())?.by === 'second', 40_000, async () => `the first knows of ${JSON.stringify(await seen())}`);
  });

  test('a revocation at the one stops access at the other at once, on an open stream too', async () => {
    const { closed } = await openSocket({ port: second.port, host: WIKI, path: '/watch', headers: { cookie: cookies.bob } });
    const { items } = await first.run('session', 'list', '--person', 'bob@example.org');
    await first.run('session', 'revoke', items[0].id);
    await feltAtOnce('bob', closed);
    ({ items: [{ id: anns }] } = await first.run('session', 'list', '--person', 'ann@example.org'));
  });

  test('with PostgreSQL away both go on deciding, each sensitivity up to its bound, and then refuse', async () => {
    headBefore = await first.run('journal', 'head');
    await postgres.stop();
    away = performance.now();
    for (const process of [first, second]) {
      assert.equal(await status(process, WIKI, 'ann'), 200);
      assert.equal(await status(process, WIKI, 'bob'), 401);
    }
    const turned = await Promise.all([first, second].flatMap((process) => [refuses(process, VAULT, 'restricted', 403), refuses(process, WIKI, 'internal', 200)]));
    console.log(`# PostgreSQL away: ${turned.join(', ')}`);
    for (const process of [first, second]) {
      const answer = await process.ask(WIKI, '/', { headers: { cookie: cookies.ann, accept: 'application/json' } });
      assert.match(answer.headers['content-type'], /^application\/problem\+json/);
      assert.ok(Number(answer.headers['retry-after']) > 0, JSON.stringify(answer.headers));
    }
  });

  test('meanwhile nothing can be changed, and a gate that is started says why it can not', async () => {
    const { config } = await configured('third', false, first.port);
    const third = lifetime.process(BINARY, ['serve', '--config', config]);
    const began = performance.now();
    const refused = await first.fails('session', 'revoke', anns);
    console.log(`# a revocation was refused after ${Math.round(performance.now() - began)} ms`);
    assert.equal(refused.code, 1, refused.stderr);
    assert.equal(JSON.parse(refused.stderr).status, 503, refused.stderr);
    await until(() => third.ended, 40_000, () => `it goes on without a journal:\n${third.said}`);
    assert.notEqual(await third.stop(), 0);
    assert.match(third.said, /journal|postgres|database|store/i);
    assert.doesNotMatch(third.said, /panicked/);
  });

  test('with PostgreSQL back both decide again, and nothing is lost', async () => {
    await sleep(Math.max(0, (AWAY_S - sinceAway()) * 1000));
    await postgres.start();
    const back = performance.now();
    for (const process of [first, second]) {
      await until(async () => (await status(process, WIKI, 'ann')) === 200, BACK_MS, () => `no decisions again:\n${process.child.said}`);
      console.log(`# ${process.name} decides again ${Math.round(performance.now() - back)} ms after PostgreSQL started`);
      assert.equal(await status(process, WIKI, 'bob'), 401);
      assert.equal(await status(process, VAULT, 'ann'), 403);
    }
    assert.ok((await first.run('journal', 'verify', '--anchor', headBefore.anchor)) !== undefined);
    assert.deepEqual(await first.run('journal', 'head'), headBefore, 'what was refused left a fact behind');
  });

  test('the other follows again: the next revocation is felt at once', async () => {
    const { closed } = await openSocket({ port: second.port, host: WIKI, path: '/watch', headers: { cookie: cookies.ann } });
    await first.run('session', 'revoke', anns);
    await feltAtOnce('ann', closed);
  });

  test('what was decided meanwhile is in the evidence of each', async () => {
    for (const process of [first, second]) {
      const { items } = await process.run('decisions', '--app', 'wiki', '--limit', '1000');
      assert.ok(items.some(({ effect, principal }) => effect === 'allow' && principal.startsWith('per_')), process.name);
      assert.ok(items.every(({ gate }) => gate === process.name), 'each records what it decided itself');
      const stale = items.find(({ cause, reasons }) => /stale/.test(JSON.stringify([cause, reasons])));
      assert.ok(stale, `${process.name} has no record of refusing without the journal: ${JSON.stringify(items[0])}`);
      assert.match(await process.print('why', stale.id), /journal|fresh|stale|control plane/i);
      assert.doesNotMatch(process.child.said, /panicked/);
    }
  });

  test('all of it comes out the same at each when it is asked again, but what no policy was asked', async (t) => {
    for (const process of [first, second]) {
      const { result: replay } = await process.run('replay', '--since', '1d');
      assert.ok(replay.unasked['stale-world'] > 0, JSON.stringify(replay.unasked));
      t.diagnostic(`${process.name}: ${await process.replayed()} decisions asked again`);
    }
  });

  // ---- processes ----

  async function configured(name, control, firstPort) {
    const folder = await lifetime.folder();
    const port = await freePort();
    const config = path.join(folder, 'countersign.toml');
    await writeFile(path.join(folder, 'journal.url'), postgres.url, { mode: 0o600 });
    await writeFile(config, `
name = "${name}"
data = "data"
origin = "http://countersign.localhost:${firstPort ?? port}"
control = ${control}
[listen]
http = "127.0.0.1:${port}"
[journal]
store = "postgres"
url_file = "journal.url"
[freshness]
restricted = "${BOUND_S.restricted}s"
internal = "${BOUND_S.internal}s"
`);
    return { config, port, data: path.join(folder, 'data') };
  }

  async function startProcess(name, control, firstPort) {
    return { name, ...(await startServe(lifetime, await configured(name, control, firstPort))) };
  }

  /** An application that may be watched from any device: opening a stream under /watch is reading. */
  async function protect(upstream, name, sensitivity) {
    await first.run('protect', `http://127.0.0.1:${upstream}`, '--name', name, '--sensitivity', sensitivity);
    const file = path.join(await lifetime.folder(), `${name}.toml`);
    await writeFile(file, `
name = "${name}"
title = "${name}"
owner = "Platform team"
hosts = ["${name}.localhost"]
upstream = "http://127.0.0.1:${upstream}"
sensitivity = "${sensitivity}"
[[resource]]
part = "watch"
routes = [{ path = "/watch", action = "read" }]
`);
    await first.run('application', 'add', '--file', file);
  }

  // ---- people ----

  let browser;
  async function signIn(name) {
    browser ??= await openBrowser(lifetime).then(async (opened) => ({ ...opened, authenticator: await addAuthenticator(opened.page) }));
    const { page, context, authenticator } = browser;
    await context.clearCookies();
    await authenticator.forget();
    const email = `${name}@example.org`;
    await first.run('person', 'add', '--name', name, '--email', email);
    await enrol(page, (await first.run('person', 'invite', email)).link);
    for (const host of [WIKI, VAULT]) await page.goto(first.url(host));
    cookies[name] = await cookiesOf(context, first.url(WIKI));
    cookies[`${name} at ${VAULT}`] = await cookiesOf(context, first.url(VAULT));
  }

  async function status(process, host, name, at = '/') {
    const cookie = cookies[host === VAULT ? `${name} at ${VAULT}` : name];
    const headers = { accept: 'application/json', ...(cookie === undefined ? {} : { cookie }) };
    return (await ask({ port: process.port, host, path: at, headers })).status;
  }

  /** The process answers as `before` up to the bound of the sensitivity, and refuses then; says when. */
  async function refuses(process, host, sensitivity, before) {
    const answers = new Set();
    const bound = BOUND_S[sensitivity];
    const after = await until(async () => {
      const answer = await status(process, host, 'ann');
      if (answer === 503) return sinceAway();
      answers.add(answer);
      return false;
    }, (bound + 10) * 1000, () => `${process.name} still lets in to what is ${sensitivity}`);
    assert.deepEqual([...answers], [before], `${process.name}, ${sensitivity}`);
    // What was known last was known a little before PostgreSQL went.
    assert.ok(after > bound - 2, `${process.name} refused what is ${sensitivity} after ${after} s already`);
    assert.ok(after < bound + 3, `${process.name} refused what is ${sensitivity} only after ${after} s`);
    return `${process.name} refused what is ${sensitivity} (bound ${bound} s) after ${after} s`;
  }

  const sinceAway = () => Math.round((performance.now() - away) / 100) / 10;

  /** The second process refuses this person, and closes the stream, within a second of now. */
  async function feltAtOnce(name, closed) {
    const revoked = performance.now();
    await until(async () => (await status(second, WIKI, name)) === 401, AT_ONCE_MS, () => `${name} is let in after ${AT_ONCE_MS} ms`);
    const refused = performance.now() - revoked;
    const { at } = await closed;
    assert.ok(at - revoked < AT_ONCE_MS, `the stream ended ${Math.round(at - revoked)} ms after the revocation`);
    console.log(`# revoked at the first; at the second refused after ${Math.round(refused)} ms, stream closed after ${Math.round(at - revoked)} ms`);
  }
});
