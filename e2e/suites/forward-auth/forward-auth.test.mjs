// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { startUp } from '../../harness/countersign.mjs';
import { ask, raw, stub } from '../../harness/http.mjs';
import { Lifetime, freePort, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';
import { startCaddy, startNginx } from '../../harness/proxies.mjs';
import { FORGED, questions } from './questions.mjs';

const WIKI = 'wiki.localhost';
const NOTES = 'notes.localhost';
const ADMINISTRATOR = 'admin@countersign.localhost';

const declaration = (upstream) => `
name = "wiki"
title = "Wiki"
owner = "Knowledge team"
hosts = ["${WIKI}"]
upstream = "http://127.0.0.1:${upstream}"
sensitivity = "internal"

[[resource]]
part = "admin"
sensitivity = "restricted"
routes = [{ methods = ["POST"], path = "/admin/**", action = "administer" }, { path = "/admin/**" }]

[[resource]]
part = "ledger"
sensitivity = "confidential"
routes = [{ path = "/ledger/**" }]

[[resource]]
part = "handbook"
sensitivity = "public"
routes = [{ path = "/handbook/**" }]
`;

/** Who may read the handbook and follow it live, but not write to it. */
const READ_ONLY = `
@id("handbook-read-only")
@owner("security")
@reason("The handbook is written elsewhere.")
@review("2027-05-31")
forbid (principal, action == Countersign::Action::"write", resource == Countersign::Resource::"wiki/handbook");
`;

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const PYTHON = path.join(process.env.COUNTERSIGN_VALIDATORS ?? path.join(ROOT, 'target/validators'), 'bin/python');
const HYPERCORN = path.join(ROOT, 'crates/gate-http/tests/upstreams/reader.py');

describe('the same answers behind other proxies', () => {
  const lifetime = new Lifetime();
  const cookies = { stranger: undefined };
  let product, upstream, asked, fronts;

  before(async () => {
    const wiki = await stub(lifetime, application);
    wiki.server.on('upgrade', switched);
    upstream = wiki.port;
    product = await startUp(lifetime, { decisions: true, samples: false });
    const folder = await lifetime.folder();
    await product.run('group', 'add', 'staff', '--purpose', 'everybody who works here');
    await product.run('group', 'join', 'staff', ADMINISTRATOR);
    for (const name of ['wiki', 'notes']) {
      await product.run('protect', `http://127.0.0.1:${upstream}`, '--name', name, '--sensitivity', 'internal', '--group', 'staff');
    }
    await writeFile(path.join(folder, 'wiki.toml'), declaration(upstream));
    await product.run('application', 'add', '--file', path.join(folder, 'wiki.toml'));
    await signEverybodyIn();
    fronts = await startFronts();
    asked = questions(200, cookies);
  });
  after(() => lifetime.close());

  test('the 200 requests are answered alike by our gate, nginx and Caddy, and for the same reasons', async () => {
    const answered = [];
    for (const [name, port] of Object.entries(fronts)) answered.push(await askAll(name, port));
    const [gate, nginx, caddy] = answered;
    for (const [n, question] of asked.entries()) {
      assert.deepEqual(nginx.outcomes[n], gate.outcomes[n], `nginx, ${question.name}`);
      assert.deepEqual(caddy.outcomes[n], gate.outcomes[n], `Caddy, ${question.name}`);
      const sent = gate.outcomes[n].cookie;
      assert.ok(sent === undefined || sent === 'theme=dark; lang=en', `our cookie stays here: ${sent}, ${question.name}`);
    }
    // Of a stranger's refusals that repeat, one record is kept for all fronts together.
    const known = ({ decisions }) => decisions.filter(({ principal }) => principal !== 'anonymous');
    assert.deepEqual(known(nginx), known(gate));
    assert.deepEqual(known(caddy), known(gate));
    // The draw is worth something only if all kinds of answers are in it.
    const count = (kind) => gate.outcomes.filter((outcome) => outcome.kind === kind).length;
    const counts = Object.fromEntries(['allowed', 'sign-in', 'denied', 'malformed'].map((kind) => [kind, count(kind)]));
    const policies = new Set(gate.decisions.flatMap(({ reasons }) => reasons));
    console.log(`# 200 requests: ${JSON.stringify(counts)}; ${gate.decisions.length} decisions a front, by ${[...policies].sort().join(', ')}`);
    assert.ok(Object.values(counts).every((each) => each >= 15), JSON.stringify(counts));
    for (const policy of ['wiki-users', 'signed-in', 'unmanaged-read-only', 'managed-device', 'fresh-posture-for-restricted']) assert.ok(policies.has(policy), policy);
  });

  test('a person without a session is sent to the same page to sign in', async () => {
    for (const [name, port] of Object.entries(fronts)) {
      const answer = await ask({ port, host: WIKI, path: '/pages/welcome?a=b', headers: { accept: 'text/html' } });
      const location = new URL(answer.headers.location);
      assert.equal(answer.status, 302, name);
      assert.equal(`${location.origin}${location.pathname}`, product.url('countersign.localhost', '/sign-in'), name);
      assert.equal(location.searchParams.get('return'), '/pages/welcome?a=b', name);
      assert.match(String(answer.headers['set-cookie']), /^__Host-countersign-state=/, name);
    }
  });

  test('what a client claims about itself does not reach the application', async () => {
    for (const [name, port] of Object.entries(fronts)) {
      const answer = await ask({ port, host: WIKI, path: '/pages/welcome', headers: { cookie: cookies.ann, ...FORGED } });
      assert.equal(answer.status, 200, name);
      const { headers } = answer.json();
      assert.deepEqual(forged(headers), [], name);
      assert.equal(headers['x-countersign-proxy'], undefined, name);
      assert.equal(subject(headers), people.ann, name);
      assert.equal((await ask({ port, host: WIKI, path: '/admin/', headers: { cookie: cookies.ann, ...FORGED } })).status, 403, name);
    }
  });

  test('a request that asks for another protocol is decided by its method, and its Upgrade goes no further', async () => {
    await writeFile(path.join(product.data, 'policies/guardrails/handbook.cedar'), READ_ONLY);
    const write = { port: fronts.gate, host: WIKI, path: '/handbook/holidays', method: 'POST', headers: { cookie: cookies.ann } };
    await until(async () => (await ask(write)).status === 403, RELOAD_MS);
    for (const [name, port] of Object.entries(fronts)) {
      const request = (line, ...headers) => raw(port, `${line} HTTP/1.1`, `Host: ${WIKI}`, `Cookie: ${cookies.ann}`, ...headers);
      // She may read here, and open a stream.
      const stream = await request('GET /handbook/live', 'Connection: upgrade', 'Upgrade: websocket', ...HANDSHAKE);
      assert.match(stream, /^HTTP\/1\.1 101 /, name);
      for (const [method, protocol] of [['POST', 'x'], ['POST', 'websocket'], ['POST', 'h2c'], ['DELETE', 'TLS/1.0'], ['PUT', 'websocket, x']]) {
        acted.length = 0;
        const answer = await request(`${method} /handbook/holidays`, 'Connection: upgrade, close', `Upgrade: ${protocol}`, 'Content-Length: 0');
        assert.match(answer, /^HTTP\/1\.1 403 /, `${name}, ${method} with ${protocol}: ${answer}`);
        assert.deepEqual(acted, [], `${name}, ${method} with ${protocol}`);
      }
    }
  });

  test('an application that speaks HTTP/2 without TLS is never asked to upgrade to it', { skip: hypercornIsMissing() }, async () => {
    const port = await freePort();
    await lifetime.process(PYTHON, ['-I', HYPERCORN, 'hypercorn', `${port}`]).listens(port);
    const h2c = ['Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];
    const itself = await raw(port, 'GET / HTTP/1.1', `Host: ${WIKI}`, ...h2c);
    assert.match(itself, /^HTTP\/1\.1 101 /, 'it would, if it were asked');
    for (const [name, proxy] of Object.entries(await startProxies((await token('wiki')).token, port))) {
      const answer = await raw(proxy, 'GET /handbook/ HTTP/1.1', `Host: ${WIKI}`, `Cookie: ${cookies.ann}`, ...h2c);
      assert.match(answer, /^HTTP\/1\.1 200 [^]*x-reached: hypercorn/i, `${name}: ${answer}`);
    }
  });

  test('why explains a refusal that a proxy asked for', async () => {
    for (const [name, port] of Object.entries(fronts)) {
      const answer = await ask({ port, host: WIKI, path: '/admin/', headers: { cookie: cookies.ann } });
      const words = await product.print('why', answer.headers['x-countersign-decision']);
      for (const word of [/managed-device/, /use a managed device/i, /ann@example\.org/i]) assert.match(words, word, name);
    }
  });

  test('a proxy without a token, with a wrong one or with a withdrawn one is refused, and lets nobody in', async () => {
    const other = await token('notes');
    const mine = await token('wiki');
    await product.run('service', 'revoke-token', mine.id, '--yes');
    for (const [what, wrong] of [['no', ''], ['a guessed', 'cst_guess'], ["another application's", other.token], ['a withdrawn', mine.token]]) {
      const claims = { 'x-original-method': 'GET', 'x-original-uri': '/', 'x-original-host': WIKI, 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' };
      const headers = { ...claims, cookie: cookies.ann, ...(wrong === '' ? {} : { 'x-countersign-proxy': wrong }) };
      const answer = await ask({ port: product.decisionPort, path: '/forward-auth/nginx', headers });
      assert.equal(answer.status, 401, what);
      assert.equal(answer.headers['x-countersign-assertion'], undefined, what);
      for (const [name, port] of Object.entries(await startProxies(wrong))) {
        const refused = await ask({ port, host: WIKI, path: '/pages/welcome', headers: { cookie: cookies.ann } });
        assert.equal(refused.status, 401, `${name} with ${what} token`);
      }
    }
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    const asked = await product.replayed();
    assert.ok(asked > 0);
    t.diagnostic(`${asked} decisions asked again`);
  });

  test('with the decision point gone both proxies refuse', async () => {
    await product.child.stop();
    for (const name of ['nginx', 'caddy']) {
      const { status } = await ask({ port: fronts[name], host: WIKI, path: '/pages/welcome', headers: { cookie: cookies.ann } });
      assert.ok(status >= 500, `${name}: ${status}`);
    }
  });

  // ---- people ----

  const people = {};

  /** Ann may use the wiki, Bob may not, Cat's session is over, and the administrator may administer. */
  async function signEverybodyIn() {
    const { page, context } = await openBrowser(lifetime);
    const authenticator = await addAuthenticator(page);
    const enter = async (name, invitation) => {
      await context.clearCookies();
      await authenticator.forget();
      await enrol(page, invitation);
      await page.goto(product.url(WIKI));
      cookies[name] = await cookiesOf(context, product.url(WIKI));
      assert.match(cookies[name], /^__Host-/, name);
    };
    await enter('administrator', product.invitation);
    for (const name of ['ann', 'bob', 'cat']) {
      const email = `${name}@example.org`;
      const groups = name === 'bob' ? [] : ['--group', 'staff'];
      people[name] = (await product.run('person', 'add', '--name', name, '--email', email, ...groups)).id;
      await enter(name, (await product.run('person', 'invite', email)).link);
      if (name !== 'ann') continue;
      await page.goto(product.url(NOTES));
      cookies["ann's of the notes"] = await cookiesOf(context, product.url(NOTES));
    }
    await product.run('session', 'revoke-all', '--person', people.cat);
    cookies.nonsense = cookies.ann.slice(0, -4) + 'AAAA';
  }

  // ---- fronts ----

  async function startFronts() {
    return { gate: product.port, ...(await startProxies((await token('wiki')).token)) };
  }

  let tokens = 0;
  async function token(application) {
    tokens += 1;
    const service = `proxy-${tokens}`;
    await product.run('service', 'add', service, '--owner', ADMINISTRATOR, '--purpose', `asks for the ${application}`);
    return product.run('service', 'token', service, '--application', application);
  }

  async function startProxies(secret, application = upstream) {
    const about = { front: product.port, decision: { port: product.decisionPort, token: secret }, upstream: application };
    const [nginx, caddy] = await Promise.all([startNginx(lifetime, about), startCaddy(lifetime, about)]);
    return { nginx: nginx.port, caddy: caddy.port };
  }

  // ---- asking ----

  /** All questions to one front, one after the other, and what was recorded meanwhile. */
  async function askAll(name, port) {
    const since = new Date().toISOString();
    const outcomes = [];
    for (const { method, path: target, headers, body } of asked) {
      outcomes.push(outcome(await ask({ port, host: WIKI, path: target, method, headers, body })));
    }
    const { items } = await product.run('decisions', '--app', 'wiki', '--since', since, '--limit', '1000');
    const decisions = items.reverse().map(({ principal, session, resource, action, operation, item, effect, reasons, remedies }) => (
      { principal, session, resource, action, operation, item, effect, reasons, remedies }));
    return { name, outcomes, decisions };
  }
});

/** What the application carried out. */
const acted = [];
/** How soon a policy file in the data folder is in force. */
const RELOAD_MS = 10_000;
const HANDSHAKE = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];

/** The application: says what it was asked, with which headers. Nobody is let in to it but by whoever stands before it. */
function application(request, answer) {
  acted.push(`${request.method} ${request.url}`);
  const said = reached(request);
  answer.writeHead(200, { 'content-type': 'application/json', 'x-reached': Buffer.from(said).toString('base64url') });
  answer.end(said);
}

const reached = ({ url, method, headers }) => JSON.stringify({ target: url, method, headers });

/** At one place it takes any protocol that it is asked to switch to; elsewhere it carries the request out. */
function switched(request, socket) {
  acted.push(`${request.method} ${request.url} ${request.headers.upgrade}`);
  const head = request.url === '/handbook/live'
    ? ['HTTP/1.1 101 Switching Protocols', 'Connection: upgrade', `Upgrade: ${request.headers.upgrade}`]
    : ['HTTP/1.1 200 OK', 'Connection: close', 'Content-Length: 0', `x-reached: ${Buffer.from(reached(request)).toString('base64url')}`];
  socket.end(`${head.join('\r\n')}\r\n\r\n`);
}

/** Why Hypercorn cannot be started; where nobody reads that, it is a failure. */
function hypercornIsMissing() {
  if (existsSync(PYTHON)) return false;
  const says = `${PYTHON} is not there: run packages/install.sh test`;
  if (process.env.CI) throw new Error(says);
  return says;
}

/** What came of a request, as far as it must not depend on who stands before the application. */
function outcome(answer) {
  if (answer.headers['x-reached'] !== undefined) {
    const { target, method, headers } = JSON.parse(Buffer.from(answer.headers['x-reached'], 'base64url'));
    return { kind: 'allowed', target, method, subject: subject(headers), forged: forged(headers), cookie: headers.cookie };
  }
  const decided = answer.headers['x-countersign-decision'] !== undefined;
  if (answer.status === 302 || answer.status === 401) return { kind: 'sign-in' };
  if (answer.status === 403 && decided) return { kind: 'denied' };
  // nginx takes only 401 and 403 for an answer, so there a request that can be read in two ways is a 403 without a decision.
  if (answer.status === 400 || answer.status === 403) return { kind: 'malformed' };
  return { kind: `${answer.status}`, text: answer.text };
}

/** The headers that arrived as a client forged them. */
const forged = (headers) => Object.keys(FORGED).filter((name) => headers[name] === FORGED[name]);

const subject = (headers) => JSON.parse(Buffer.from(headers['x-countersign-assertion'].split('.')[1], 'base64url')).sub;
