// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { makeCertificate } from '../../harness/certificates.mjs';
import { BINARY, HOSTS, startUp } from '../../harness/countersign.mjs';
import { ask } from '../../harness/http.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';

const ADMINISTRATOR = 'admin@countersign.localhost';
const SECOND = 'grace@example.org';
const API = '/api/v1';
const execute = promisify(execFile);

describe('administering over the network, under the guardrails that ship', () => {
  const lifetime = new Lifetime();
  const people = {};
  let product, folder;

  before(async () => {
    product = await startUp(lifetime, { tls: true, samples: false });
    folder = await lifetime.folder();
    people.first = await newcomer('first', ADMINISTRATOR, product.invitation);
    await product.run('person', 'add', '--name', 'Grace', '--email', SECOND, '--group', 'administrators');
    const { link } = await product.run('person', 'invite', SECOND);
    people.second = await newcomer('second', SECOND, link);
  });
  after(() => lifetime.close());

  test('a person reads, and changes nothing without a grant', async () => {
    const read = await as(people.first, 'GET', '/groups');
    assert.equal(read.status, 200, read.text);
    const change = refused(await as(people.first, 'POST', '/groups', { name: 'staff', purpose: 'tests' }), 403);
    assert.deepEqual(change.reasons.map(({ policy }) => policy), ['privileged-needs-grant']);
    assert.equal(change.remedies[0].remedy, 'request-a-grant');
    const unproved = refused(await as({ ...people.first, tls: {} }, 'GET', '/groups'), 403);
    assert.ok(unproved.reasons.some(({ policy }) => policy === 'managed-device'), JSON.stringify(unproved));
    refused(await as({ ...people.first, cookie: '' }, 'GET', '/groups'), 401);
  });

  test('countersigned by another, they administer', async () => {
    const wish = { application: 'countersign', reason: 'a new group', duration_seconds: 600 };
    const asked = await as(people.first, 'POST', '/grants', wish);
    assert.equal(asked.status, 201, asked.text);
    const { id } = asked.json();
    refused(await as(people.first, 'POST', `/grants/${id}/approve`), 403);
    const approved = await as(people.second, 'POST', `/grants/${id}/approve`);
    assert.equal(approved.status, 200, approved.text);
    const made = await as(people.first, 'POST', '/groups', { name: 'staff', purpose: 'tests' });
    assert.equal(made.status, 201, made.text);
    const joined = await as(people.first, 'PUT', `/groups/staff/members/${SECOND}`);
    assert.equal(joined.status, 200, joined.text);
  });

  test('a service account gives the command that its token names, from the machine that it is bound to', async () => {
    const machine = await makeCertificate(lifetime, 'robot');
    const { id: device } = await product.run('device', 'register', 'Robot', '--platform', 'Debian', '--managed', '--certificate', machine.file);
    const { id: service } = await product.run('service', 'add', 'robot', '--owner', ADMINISTRATOR, '--purpose', 'keeps the groups');
    for (const [command, says] of [
      ['grants.approve', /not for service accounts/],
      ['people.invite', /not for service accounts/],
      ['services.issue_token', /not for service accounts/],
      ['groups.list', /there is no command/],
      ['nonsense', /there is no command/],
    ]) {
      const { code, stderr } = await product.fails('service', 'token', 'robot', '--device', device, '--command', command);
      assert.deepEqual([code, says.test(stderr)], [2, true], stderr);
    }
    const token = path.join(folder, 'robot.token');
    await product.run('service', 'token', 'robot', '--device', device, '--command', 'groups.add', '--out', token);
    await permit(service);
    const identity = path.join(folder, 'robot.pem');
    await writeFile(identity, Buffer.concat([machine.tls.cert, machine.tls.key]), { mode: 0o600 });
    const bearer = { authorization: `Bearer ${(await readFile(token, 'utf8')).trim()}` };
    const robot = { tls: machine.tls, headers: bearer };

    const server = ['--server', `https://${HOSTS.countersign}:${product.tlsPort}`, '--ca', path.join(product.data, 'front.pem')];
    const named = [...server, '--identity', identity, '--token-file', token, '--json'];
    await execute(BINARY, ['group', 'add', 'made-by-robot', '--purpose', 'tests', ...named]);
    const { stdout } = await execute(BINARY, ['group', 'list', '--json', '--ca', server[3]], {
      env: { COUNTERSIGN_SERVER: server[1], COUNTERSIGN_IDENTITY: identity, COUNTERSIGN_TOKEN_FILE: token },
    });
    assert.ok(JSON.parse(stdout).items.some(({ name }) => name === 'made-by-robot'));

    const unnamed = refused(await as(robot, 'DELETE', '/groups/made-by-robot'), 403);
    assert.match(unnamed.detail, /not for the command groups\.remove/);
    assert.match(unnamed.remedy, /--command groups\.remove/);
    const wish = { application: 'countersign', reason: 'more', duration_seconds: 600 };
    const { id: grant } = (await as(people.second, 'POST', '/grants', wish)).json();
    refused(await as(robot, 'POST', `/grants/${grant}/approve`), 403);
    const other = await makeCertificate(lifetime, 'robot');
    for (const tls of [{}, other.tls]) {
      const away = refused(await as({ tls, headers: bearer }, 'POST', '/groups', { name: 'never', purpose: 'tests' }), 401);
      assert.match(away.detail, /proves its key/);
    }
    const plain = await ask({ port: product.port, host: HOSTS.countersign, path: `${API}/groups`, headers: bearer });
    assert.equal(plain.status, 401, plain.text);

    const [{ id: held }] = (await product.run('service', 'list')).items.find(({ name }) => name === 'robot').tokens;
    await product.run('service', 'revoke-token', held, '--yes');
    refused(await as(robot, 'GET', '/groups'), 401);
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    t.diagnostic(`${await product.replayed()} decisions asked again`);
  });

  /** A person with a passkey and a managed device in order. */
  async function newcomer(name, email, invitation) {
    const { page, context } = await openBrowser(lifetime);
    await addAuthenticator(page);
    await enrol(page, invitation);
    const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    const laptop = await makeCertificate(lifetime, name);
    const { id } = await product.run('device', 'register', `${name} laptop`, '--platform', 'Debian', '--managed', '--owner', email, '--certificate', laptop.file);
    await product.run('device', 'posture', id, '--all', 'pass');
    return { cookie, tls: laptop.tls };
  }

  /** A request to the API over TLS, with somebody's cookie and certificate. */
  function as({ cookie, tls, headers = {} }, method, at, body) {
    return ask({
      port: product.tlsPort, host: HOSTS.countersign, path: `${API}${at}`, method, tls,
      headers: { ...headers, ...(cookie && { cookie }), ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
  }

  function refused(answer, status) {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    return answer.json();
  }

  /** Lets the service account do what its token names. */
  async function permit(service) {
    const dir = path.join(folder, 'policies');
    await product.run('policy', 'pull', dir);
    const file = path.join(dir, 'applications/countersign.cedar');
    const text = `
@id("robot-keeps-groups")
@owner("security")
@reason("The robot keeps the groups.")
@review("2099-01-01")
permit (
  principal == Countersign::Service::"${service}",
  action in [Countersign::Action::"read", Countersign::Action::"administer"],
  resource == Countersign::Resource::"countersign/control"
);
`;
    await writeFile(file, (await readFile(file, 'utf8')) + text);
    const asks = await product.fails('policy', 'publish', dir);
    assert.deepEqual([asks.code, /add --yes/.test(asks.stderr)], [2, true], asks.stderr);
    await product.run('policy', 'publish', dir, '--yes');
  }
});
