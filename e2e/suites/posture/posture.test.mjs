// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { makeCertificate } from '../../harness/certificates.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { ask, openSocket, openStream, stub } from '../../harness/http.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';

/** How long a change of posture may take to be felt. */
const AT_ONCE_MS = 1000;
/** When a stream that is never closed is given up. */
const HANGS_MS = 60_000;
const RECORDS = 'records.localhost';
const ADMINISTRATOR = 'admin@countersign.localhost';
const WIKI_NEEDS_A_DEVICE = `@id("wiki-device")
@owner("security")
@reason("The wiki asks for a device in order.")
@review("2027-05-31")
forbid (principal, action, resource in Countersign::Application::"wiki")
unless { context has device && context.device.compliant };
`;

describe('a restricted application and a device', () => {
  const lifetime = new Lifetime();
  const cookies = {};
  let product, page, laptop, device;

  before(async () => {
    product = await startUp(lifetime, { tls: true });
    const { port } = await stub(lifetime, endless);
    await product.run('protect', `http://127.0.0.1:${port}`, '--name', 'records', '--sensitivity', 'restricted');
    await product.run('application', 'label', 'wiki/live', 'restricted');
    laptop = await makeCertificate(lifetime, 'laptop');
    let context;
    ({ page, context } = await openBrowser(lifetime));
    await addAuthenticator(page);
    await enrol(page, product.invitation);
    for (const host of [HOSTS.wiki, HOSTS.vault, RECORDS]) {
      await page.goto(product.url(host));
      cookies[host] = await cookiesOf(context, product.url(host));
      assert.notEqual(cookies[host], '');
    }
  });
  after(() => lifetime.close());

  test('from a device that nobody knows, the vault is denied with the remedy', async () => {
    await page.goto(product.url(HOSTS.vault, '/api/secrets'));
    await page.getByRole('heading', { name: 'You cannot open this' }).waitFor();
    assert.equal(await page.locator('[data-policy="managed-device"]').count(), 1);
    assert.equal(await page.locator('[data-remedy]').textContent(), 'Use a managed device.');
    await explained(await page.locator('#decision').textContent(), 'managed-device', /no device was proved/, /Use a managed device\./);
    // Encryption alone is no device either.
    denied(await plain(HOSTS.vault, '/api/secrets', {}), 'managed-device', 'use-a-managed-device');
  });

  test('what is internal is read there, and neither changed nor taken away', async () => {
    assert.equal((await plain(HOSTS.wiki, '/')).status, 200);
    denied(await plain(HOSTS.wiki, '/report.pdf'), 'unmanaged-no-downloads', 'use-a-managed-device');
    denied(await change(undefined), 'unmanaged-read-only', 'use-a-managed-device');
    await assert.rejects(live(undefined), { status: 403 });
  });

  test('a registered device that has not reported, or long ago, is not enough', async () => {
    const registered = await product.run('device', 'register', 'Laptop', '--platform', 'Debian', '--managed', '--owner', ADMINISTRATOR, '--certificate', laptop.file);
    device = registered.id;
    const silent = denied(await proved('/api/secrets'), 'fresh-posture', 'report-posture');
    await explained(silent.decision, 'fresh-posture', /Laptop, managed, its key was proved/, /report its posture/);
    await product.run('device', 'posture', device, '--all', 'pass', '--collected', '2h');
    const stale = denied(await proved('/api/secrets'), 'fresh-posture-for-restricted', 'report-posture');
    assert.equal(stale.reasons.length, 1);
    await explained(stale.decision, 'fresh-posture-for-restricted', /posture: every check passed, 2 hours old/, /report its posture/);
  });

  test('with its certificate and a fresh compliant posture, the same session is let in', async () => {
    await product.run('device', 'posture', device, '--all', 'pass');
    const answer = await proved('/api/secrets');
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /build-signing/);
    const report = await secure(HOSTS.wiki, '/report.pdf');
    assert.equal(report.status, 200);
    assert.equal(report.headers['content-type'], 'application/pdf');
    assert.equal((await change(laptop.tls)).status, 303);
    // Without it the session is worth what it was.
    denied(await plain(HOSTS.vault, '/api/secrets'), 'managed-device', 'use-a-managed-device');
  });

  test('nothing but the key is the device', async () => {
    const other = await makeCertificate(lifetime, 'laptop');
    denied(await plain(HOSTS.vault, '/api/secrets', other.tls), 'managed-device', 'use-a-managed-device');
    denied(await plain(HOSTS.vault, '/api/secrets', undefined, forged()), 'managed-device', 'use-a-managed-device');
    const stranger = await ask({ port: product.tlsPort, host: HOSTS.vault, path: '/api/secrets', tls: laptop.tls });
    assert.equal(stranger.status, 401);
  });

  test('a posture check that fails stops the next request and the open streams at once', { timeout: HANGS_MS }, async (t) => {
    const { socket, closed } = await live(laptop.tls);
    const ticks = [];
    socket.on('message', (data) => ticks.push(String(data)));
    const stream = await records();
    assert.equal(stream.status, 200);
    await until(() => ticks.length > 0 && stream.heard > 0, 20_000);
    await product.run('device', 'posture', device, '--all', 'pass', '--check', 'disk_encryption=fail');
    const reported = performance.now();
    const answer = denied(await proved('/api/secrets'), 'compliant-device', 'fix-posture');
    const refused = performance.now() - reported;
    assert.deepEqual(answer.reasons.map(({ policy }) => policy), ['compliant-device']);
    const [socketEnd, streamEnd] = await Promise.all([closed, stream.closed]);
    const spans = { request: refused, socket: socketEnd.at - reported, stream: streamEnd.at - reported };
    t.diagnostic(`after the command: ${shown(spans)}`);
    for (const [what, span] of Object.entries(spans)) assert.ok(span < AT_ONCE_MS, `${what}: ${span} ms`);
    assert.equal(streamEnd.whole, false, 'a stream that was cut must not look complete');
    await explained(answer.decision, 'compliant-device', /posture: not passed: disk_encryption, \d+ seconds? old/, /On the device: .*disk/);
    const cut = (await product.run('decisions', '--since', '1h', '--effect', 'deny')).items.filter(({ cause }) => cause === 'cut');
    assert.deepEqual(cut.map(({ application }) => application).sort(), ['records', 'wiki']);
    for (const { id } of cut) await explained(id, 'compliant-device', /not passed: disk_encryption/, /On the device/);
  });

  test('mended, it is let in again; removed, it is not', { timeout: HANGS_MS }, async (t) => {
    await product.run('device', 'posture', device, '--all', 'pass');
    assert.equal((await proved('/api/secrets')).status, 200);
    const stream = await records();
    await until(() => stream.heard > 0, 20_000);
    await product.run('device', 'remove', device, '--yes');
    const removed = performance.now();
    denied(await proved('/api/secrets'), 'managed-device', 'use-a-managed-device');
    const spans = { request: performance.now() - removed, stream: (await stream.closed).at - removed };
    t.diagnostic(`after the command: ${shown(spans)}`);
    for (const [what, span] of Object.entries(spans)) assert.ok(span < AT_ONCE_MS, `${what}: ${span} ms`);
  });

  test('a plan names whom a stricter rule would have stopped, and changes nothing', async () => {
    const folder = path.join(await lifetime.folder(), 'policies');
    await product.run('policy', 'pull', folder);
    const before = await product.run('policy', 'list');
    await writeFile(path.join(folder, 'guardrails/wiki-device.cedar'), WIKI_NEEDS_A_DEVICE);
    const { result: plan } = await product.run('plan', folder, '--since', '1d');
    assert.deepEqual(plan.files, [{ path: 'guardrails/wiki-device.cedar', change: 'added' }]);
    assert.deepEqual({ people: plan.newly_denied.people, allowed: plan.newly_allowed.accesses }, { people: 1, allowed: 0 });
    for (const change of plan.changes) {
      assert.equal(change.application, 'wiki');
      assert.equal(change.principal_name, 'Administrator');
      assert.notEqual(change.device, 'compliant');
      assert.deepEqual(change.reasons, ['wiki-device']);
    }
    assert.match(await product.print('why', plan.changes[0].example), /Administrator <admin@countersign\.localhost> was allowed to/);
    const bounded = await product.fails('plan', folder, '--since', '1d', '--max-newly-denied', '0');
    assert.equal(bounded.code, 2);
    assert.match(bounded.stderr, /1 person \(\d+ accesses\) would be stopped/);
    assert.deepEqual(await product.run('policy', 'list'), before);
  });

  test('a proof tells that what is confidential depends on the device and the wiki does not, and the register keeps it', async () => {
    const { result: proof } = await product.run('prove', '--since', '1d');
    assert.deepEqual({ unknown: proof.unknown, coverage: proof.coverage }, { unknown: [], coverage: 1 });
    const strict = proof.sensitivities.filter(({ sensitivity }) => ['confidential', 'restricted'].includes(sensitivity));
    assert.ok(strict.length > 0);
    for (const { accesses, depends } of strict) assert.deepEqual([depends.device, depends.compliance], [accesses, accesses]);
    const trusted = (await product.run('trust', 'list', '--item', 'compliance', '--limit', '1000')).items;
    const wiki = trusted.filter(({ resource }) => resource.startsWith('wiki/'));
    assert.ok(wiki.length > 0);
    for (const trust of trusted) assert.ok(['public', 'internal'].includes(trust.sensitivity), JSON.stringify(trust));
    for (const trust of wiki) assert.match(await product.print('why', trust.example), /was allowed to/);
    const own = await product.run('trust', 'own', '--application', 'wiki', '--item', 'compliance', '--owner', 'admin@countersign.localhost');
    assert.deepEqual(own.trusts.map(({ state }) => state), wiki.map(() => 'owned'));
    const { figures } = (await product.run('prove', '--since', '1d', '--dry-run')).result;
    assert.equal(figures.register.owned, wiki.length);
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    const asked = await product.replayed();
    assert.ok(asked > 0);
    t.diagnostic(`${asked} decisions asked again`);
  });

  /** With the session, in plain http or over TLS with this certificate or none. */
  function plain(host, path, tls, more = {}) {
    const port = tls ? product.tlsPort : product.port;
    return ask({ port, host, path, tls, headers: { cookie: cookies[host], accept: 'application/json', ...more } });
  }

  const secure = (host, path) => plain(host, path, laptop.tls);
  const proved = (path) => secure(HOSTS.vault, path);

  const change = (tls) => ask({
    port: tls ? product.tlsPort : product.port, host: HOSTS.wiki, path: '/pages/on-call', method: 'POST', tls, body: 'text=Nobody.',
    headers: { cookie: cookies[HOSTS.wiki], accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
  });

  const live = (tls) => openSocket({ port: tls ? product.tlsPort : product.port, host: HOSTS.wiki, path: '/live', tls, headers: { cookie: cookies[HOSTS.wiki] } });

  const records = () => openStream({ port: product.tlsPort, host: RECORDS, path: '/all', tls: laptop.tls, headers: { cookie: cookies[RECORDS] } });

  /** What proxies would say that the client's certificate was. */
  function forged() {
    const certificate = new X509Certificate(laptop.tls.cert);
    const pem = encodeURIComponent(String(laptop.tls.cert));
    return {
      'x-countersign-device': device, 'x-forwarded-client-cert': `Hash=${certificate.fingerprint256.replaceAll(':', '').toLowerCase()};Cert="${pem}"`,
      'x-ssl-client-cert': pem, 'x-client-cert': pem, 'x-forwarded-tls-client-cert': pem, 'client-cert': `:${certificate.raw.toString('base64')}:`,
    };
  }

  async function explained(decision, policy, evidence, remedy) {
    const why = await product.print('why', decision);
    assert.match(why, new RegExp(`- ${policy} \\(owner: security; guardrails/`));
    assert.match(why, evidence);
    assert.match(why, remedy);
  }
});

/** Checks a denial by its policy and its only remedy, and gives the problem. */
function denied(answer, policy, remedy) {
  assert.equal(answer.status, 403, answer.text);
  const problem = answer.json();
  assert.ok(problem.reasons.some((reason) => reason.policy === policy), answer.text);
  assert.deepEqual(problem.remedies.map((one) => one.remedy), [remedy], answer.text);
  return problem;
}

/** An application whose answer goes on until somebody ends it. */
function endless(_request, answer) {
  answer.writeHead(200, { 'content-type': 'text/plain' });
  const more = setInterval(() => answer.write('one more record\n'), 50);
  answer.on('close', () => clearInterval(more));
}

const shown = (spans) => Object.entries(spans).map(([what, span]) => `${what} ${Math.round(span)} ms`).join(', ');
