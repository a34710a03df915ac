// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BINARY, startUp } from '../../harness/countersign.mjs';
import { ask, stub } from '../../harness/http.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { COMMANDS, FILES } from './commands.mjs';
import { CONFIGURATIONS, PLACES } from './configurations.mjs';
import { BYTES, REQUESTS } from './requests.mjs';

describe('bad input changes nothing', () => {
  const lifetime = new Lifetime();
  let product, files, head;

  before(async () => {
    const { port: upstream } = await stub(lifetime, (_request, answer) => answer.end('the page'));
    product = await startUp(lifetime, { samples: false, decisions: true });
    await product.run('protect', `http://127.0.0.1:${upstream}`, '--name', 'desk', '--sensitivity', 'internal');
    await product.run('group', 'add', 'staff', '--purpose', 'everybody who works here');
    files = await lifetime.folder();
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(path.dirname(path.join(files, name)), { recursive: true });
      await writeFile(path.join(files, name), text);
    }
    head = await product.run('journal', 'head');
  });
  after(() => lifetime.close());

  test('on the command line', async () => {
    const complaints = [];
    for (const [row, code, says] of COMMANDS) {
      const words = row.map((word) => word.replace(/^FILE:(.*)/, (_, name) => path.join(files, name)));
      const ended = await product.fails(...words).catch((error) => ({ code: 0, stderr: error.message }));
      const missing = says.filter((pattern) => !pattern.test(ended.stderr));
      if (ended.code !== code || missing.length > 0) complaints.push(`${row.join(' ')}: ${ended.code} instead of ${code}; not said: ${missing.join(' ')}\n${ended.stderr}`);
      await unchanged(row.join(' '));
    }
    assert.deepEqual(complaints, [], complaints.join('\n'));
  });

  test('at the API', async () => {
    const complaints = [];
    for (const { name, method, path: target, body, headers, status, field } of REQUESTS) {
      const answer = await operator({ method, path: target, headers, body });
      const problem = /problem\+json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.text) : {};
      if (answer.status !== status || problem.status !== status || problem.field !== field) {
        complaints.push(`${name}: ${answer.status} about ${problem.field} instead of ${status} about ${field}: ${answer.text}`);
      }
      await unchanged(name);
    }
    assert.deepEqual(complaints, [], complaints.join('\n'));
  });

  test('at the API from the network, without a name', async () => {
    const from = (headers) => product.ask('countersign.localhost', '/api/v1/people', { headers });
    assert.equal((await from({})).status, 401);
    assert.equal((await from({ authorization: 'Bearer cst_guess' })).status, 401);
    assert.equal((await from({ cookie: '__Host-countersign=guess' })).status, 401);
    await unchanged('strangers');
  });

  test('in a configuration file', async () => {
    const used = product.port;
    const complaints = [];
    const check = async (text, says, ...more) => {
      const folder = await lifetime.folder();
      const file = path.join(folder, 'countersign.toml');
      await writeFile(file, text.replaceAll('DATA', path.join(folder, 'data')).replaceAll('USED', used));
      const { code, stdout, stderr } = await run('serve', '--config', file, ...more);
      const missing = says.map((pattern) => new RegExp(pattern.source.replaceAll('USED', used), pattern.flags)).filter((pattern) => !pattern.test(unwrapped(stderr)));
      if (code === 0 || code === 'SIGTERM' || missing.length > 0) complaints.push(`${text} ${more}: ended with ${code}; not said: ${missing.join(' ')}\n${stdout}${stderr}`);
      assert.doesNotMatch(stderr, /panicked/, text);
    };
    for (const [text, says] of CONFIGURATIONS) {
      await check(text, says, '--check');
      await check(text, says);
    }
    for (const [text, says] of PLACES) await check(text, says);
    assert.deepEqual(complaints, [], complaints.join('\n'));
  });

  test('in bytes that are no request', async () => {
    for (const [at, port] of [['gate', product.port], ['decision point', product.decisionPort]]) {
      for (const bytes of BYTES) {
        const said = await tell(port, bytes);
        assert.doesNotMatch(said, /^HTTP\/1\.[01] [23]/, `${at}: ${bytes.slice(0, 60)}`);
      }
    }
    assert.equal((await product.ask('desk.localhost', '/', { headers: { accept: 'application/json' } })).status, 401);
    await unchanged('bytes');
  });

  test('the journal is whole afterwards', async () => {
    assert.equal((await product.run('journal', 'verify', '--anchor', head.anchor)).whole, true);
    assert.doesNotMatch(product.child.said, /panicked/);
  });

  test('everything that was recorded comes out the same when it is asked again', async (t) => {
    const asked = await product.replayed();
    assert.ok(asked > 0);
    t.diagnostic(`${asked} decisions asked again`);
  });

  async function unchanged(after) {
    assert.deepEqual(await head_(), head, `the journal has grown after: ${after}`);
    assert.doesNotMatch(product.child.said, /panicked/, after);
  }

  const head_ = async () => (await operator({ method: 'GET', path: '/api/v1/journal/head' })).json();

  /** A request over the operator's socket. */
  const operator = (request) => overSocket(path.join(product.data, 'countersign.sock'), request);
});

async function overSocket(socketPath, { method, path: target, headers = {}, body }) {
  const request = http.request({ socketPath, method, path: target, headers: { host: 'localhost', ...headers }, agent: false });
  // A server that refuses a long body stops reading it.
  const answered = once(request, 'response');
  request.on('error', () => {});
  request.end(body);
  const [answer] = await answered;
  const parts = [];
  for await (const part of answer) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return { status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) };
}

/** Sends bytes and closes its side; what came back. */
function tell(port, bytes) {
  return new Promise((resolve) => {
    let said = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (data) => { said += data.toString('latin1'); });
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
  });
}

function run(...words) {
  return new Promise((resolve) => {
    execFile(BINARY, words, { timeout: 20_000 }, (error, stdout, stderr) => resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr }));
  });
}

/** Messages are wrapped with a bar at the left; here they are one line. */
const unwrapped = (text) => text.replaceAll(/\s*\n\s*│\s*/g, ' ');
