// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { BINARY, startUp } from '../../harness/countersign.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { enrol } from '../../harness/person.mjs';
import { OPERATIONS } from './operations.mjs';
import { VERBS } from './verbs.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const LONG = process.env.COUNTERSIGN_LONG === '1';
/** How long schemathesis may go on. */
const FUZZING_MS = 30 * 60_000;
/** How long a long run over next to nothing may take. */
const JOB_MS = 30_000;
/** The verbs that meet no running server: what starts one, and what is for a server that is stopped (crates/countersign/tests/process). */
const STARTS = ['countersign', 'up', 'journal-accept-clock', 'journal-accept-head'];

describe('the document, the server and the command line', () => {
  const lifetime = new Lifetime();
  let document, product, folder, judge;

  before(async () => {
    document = JSON.parse(await readFile(path.join(ROOT, 'docs/openapi.json'), 'utf8'));
    judge = judgeOf(document);
    folder = await lifetime.folder();
    product = await begun();
  });
  after(() => lifetime.close());

  test('every verb meets the server once, and ends as it says', async () => {
    const names = (await readdir(path.join(ROOT, 'crates/cli/help'))).map((file) => file.slice('countersign-'.length, -'.txt'.length)).filter(Boolean);
    const leaves = names.filter((name) => !names.some((other) => other.startsWith(`${name}-`)) && !STARTS.includes(name));
    const tried = new Set();
    const [its, wrong] = [{}, []];
    await writeFile(path.join(folder, 'sound.toml'), `data = "${folder}/data"\n`);
    await writeFile(path.join(folder, 'books.toml'), 'name = "books"\nowner = "Sales"\nhosts = ["books.localhost"]\nupstream = "http://127.0.0.1:1"\n');
    await writeFile(path.join(folder, 'people.ldif'), 'dn: uid=ada,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: ada\ncn: Ada\nsn: L\n');
    await writeFile(path.join(folder, 'provider.toml'), 'name = "press-idp"\ntitle = "Press"\nissuer = "https://idp.press.example"\nclient_id = "us"\n');
    await writeFile(path.join(folder, 'openid-client.toml'), 'name = "press-web"\napplication = "wiki"\nredirect_uris = ["https://press.example/callback"]\n');
    for (const { words, ends = [0], keep, plain } of VERBS) {
      const said = words.map((word) => (typeof word === 'function' ? word(its) : word.replace(/^FILE:/, `${folder}/`)));
      tried.add(leaves.find((leaf) => [1, 2, 3].some((n) => said.slice(0, n).join('-') === leaf)));
      if (said[0] === 'policy' && said[1] === 'publish') await onTrial(path.join(folder, 'policies'));
      const { code, stdout, stderr } = await countersign(...said.map(String), ...(plain ? [] : ['--json']));
      if (!ends.includes(code)) {
        wrong.push(`${said.join(' ')} ended with ${code}: ${stderr}${stdout}`);
        continue;
      }
      const answer = plain || stdout.trim() === '' ? undefined : JSON.parse(stdout);
      if (code !== 0 && code !== 6 && !/^about:blank#/.test(JSON.parse(stderr).type)) wrong.push(`${said.join(' ')}: ${stderr}`);
      if (code === 0) keep?.(answer, its);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(leaves.filter((leaf) => !tried.has(leaf)), [], 'these verbs meet no server');
  });

  test('a command line that is wrong is a problem document with --json, and ends with 2', async () => {
    await writeFile(path.join(folder, 'broken.toml'), 'data = "d"\n[freshness]\nrestricted = "5 minutes"\n');
    await writeFile(path.join(folder, 'unusable.toml'), 'data = "d"\n[tls]\nkey = "k"\n');
    for (const [words, says] of [
      [['nonsense'], /unrecognized subcommand/],
      [['person', 'add', '--name', 'X'], /--email/],
      [['query', 'SELECT 1', '--max-rows', '0'], /100000/],
      [['policy', 'check', path.join(folder, 'missing')], /cannot be read/],
      [['serve', '--config', path.join(folder, 'missing.toml'), '--check'], /cannot be read/],
      [['serve', '--config', path.join(folder, 'broken.toml'), '--check'], /write a number and s, m, h or d/],
      [['serve', '--config', path.join(folder, 'unusable.toml'), '--check'], /go together/],
    ]) {
      const { code, stdout, stderr } = await countersign(...words, '--json');
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      const problem = JSON.parse(stderr);
      assert.equal(problem.type, 'about:blank#usage', stderr);
      assert.match(problem.title, says, stderr);
      assert.ok('remedy' in problem, stderr);
      const plain = await countersign(...words);
      assert.equal(plain.code, 2, words.join(' '));
    }
    const pointed = await countersign('serve', '--config', path.join(folder, 'unusable.toml'), '--check');
    assert.match(pointed.stderr, /unusable\.toml:2/, 'the line is named');
  });

  test('every operation is answered as the document says', async () => {
    product = await begun();
    const asked = new Set();
    const [its, wrong] = [{}, []];
    for (const [id, at = {}, { query = {}, body, door = 'operator', status, keep } = {}] of OPERATIONS) {
      const { method, template, operation } = find(id);
      const filled = (value) => (typeof value === 'function' ? value(its) : value);
      const target = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(filled(at[name])));
      const parameters = new URLSearchParams(Object.entries(query)).toString();
      const answer = await ask(door, method, parameters ? `${target}?${parameters}` : target, filled(body), its.bearer);
      const expected = [status ?? Number(Object.keys(operation.responses)[0])].flat();
      const faults = judge(operation, template, answer);
      if (!expected.includes(answer.status) || faults.length > 0) wrong.push([id, answer.status, ...faults, answer.text.slice(0, 500)]);
      else if (answer.status < 300) keep?.(answer.json, its);
      // One long run at a time.
      if (answer.json?.state === 'running' && answer.json.share !== undefined) await ended(answer.json.id);
      asked.add(id);
    }
    assert.deepEqual(wrong, []);
    const all = operations().map(({ operation }) => operation.operationId);
    assert.deepEqual(all.filter((id) => !asked.has(id)), [], 'nobody asks these');
  });

  test('what is asked wrongly is answered with a problem, as docs/api.md lists them', async () => {
    const listed = await errors();
    const wrong = [];
    const check = (answer, what) => {
      const kind = answer.json?.type?.replace('about:blank#', '');
      const whole = answer.media === 'application/problem+json' && answer.json.title && answer.json.detail;
      if (!whole || !listed.has(`${answer.status} ${kind}`)) wrong.push(`${what}: ${answer.status} ${kind} is not in docs/api.md: ${answer.text}`);
    };
    for (const { method, template, operation } of operations().filter(({ template }) => template.startsWith('/api/v1'))) {
      const target = template.replace(/\{(\w+)\}/g, 'nothing');
      for (const [body, query] of [[{ surprise: 1 }, ''], [undefined, '?surprise=1'], ['{', '']]) {
        const answer = await ask('operator', method, target + query, body);
        if (answer.status < 400) continue;
        wrong.push(...judge(operation, template, answer).map((fault) => `${operation.operationId}: ${fault}: ${answer.text}`));
        check(answer, operation.operationId);
      }
    }
    for (const [expected, request] of [
      ['400 malformed', ['operator', 'post', '/api/v1/people', '{']],
      ['401 sign-in', ['network', 'get', '/api/v1/people']],
      ['404 not-found', ['operator', 'get', '/api/v1/nothing']],
      ['404 not-found', ['operator', 'get', '/api/v1/people/nobody']],
      ['405 method', ['operator', 'patch', '/api/v1/people']],
      ['409 conflict', ['operator', 'post', '/api/v1/people', { name: 'A', email: 'admin@countersign.localhost' }]],
      ['413 too-large', ['operator', 'post', '/api/v1/people', `{"name": "${'x'.repeat(1 << 20)}"}`]],
      ['415 media-type', ['operator', 'post', '/api/v1/people', '{}', undefined, 'text/plain']],
      ['422 invalid', ['operator', 'post', '/api/v1/people', '{"name": "A", "name": "B", "email": "a@b.example"}']],
      ['422 invalid', ['operator', 'get', '/api/v1/people?limit=0']],
      ['422 rejected-policies', ['operator', 'put', '/api/v1/policies', { files: { 'guardrails/.freeze.cedar': '' } }]],
    ]) {
      const answer = await ask(...request);
      check(answer, expected);
      if (`${answer.status} ${answer.json.type.replace('about:blank#', '')}` !== expected) wrong.push(`${expected}: ${answer.text}`);
    }
    assert.deepEqual(wrong, []);
  });

  test('an answer that lacks a field is missed', async () => {
    const { template, operation } = find('status.show');
    const answer = await ask('operator', 'get', template);
    assert.deepEqual(judge(operation, template, answer), []);
    delete answer.json.version;
    assert.notDeepEqual(judge(operation, template, answer), []);
  });

  // In the normal mode there is no such test, rather than one that is skipped.
  const inLongMode = LONG ? test : () => {};
  inLongMode('a fuzzer finds no answer that the document does not have', { timeout: FUZZING_MS }, async () => {
    const program = path.join(process.env.COUNTERSIGN_VALIDATORS ?? path.join(ROOT, 'target/validators'), 'bin/schemathesis');
    await access(program);
    const open = new Set();
    const relay = net.createServer((client) => {
      const server = net.connect(path.join(product.data, 'countersign.sock'));
      for (const [from, to] of [[client, server], [server, client]]) {
        open.add(from);
        // What is closed takes its other half along: an end alone is piped, a reset is not.
        from.on('error', () => {}).on('close', () => { open.delete(from); to.destroy(); }).pipe(to);
      }
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    // The fuzzer leaves connections open, for which the relay would wait.
    lifetime.closing(relay, () => new Promise((resolve) => { relay.close(resolve); open.forEach((socket) => socket.destroy()); }));
    const fuzzed = await new Promise((resolve) => {
      execFile(program, [
        'run', path.join(ROOT, 'docs/openapi.json'), '--url', `http://127.0.0.1:${relay.address().port}`,
        '--include-path-regex', '^/api/v1', '--exclude-operation-id', 'jobs.follow', '--exclude-operation-id', 'decisions.follow', '--max-examples', '40', '--seed', '11', '--no-color',
        '--checks', 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection',
        '--suppress-health-check', 'all', '--request-timeout', '30', '--continue-on-failure', '--generation-database', 'none',
        // The operator's door asks nobody who they are.
        '--generation-with-security-parameters', 'false',
      ], { timeout: FUZZING_MS, maxBuffer: 64 << 20, cwd: folder }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
    });
    assert.equal(fuzzed.code, 0, `${fuzzed.stdout}\n${fuzzed.stderr}`);
  });

  /** A server with an administrator who is signed in, and has been at an application. */
  async function begun() {
    const server = await startUp(lifetime, { decisions: true });
    const { page } = await openBrowser(lifetime);
    await addAuthenticator(page);
    await enrol(page, server.invitation);
    await page.goto(server.url('wiki.localhost'));
    return server;
  }

  /** A long run, once it is over. */
  const ended = (job) => until(async () => (await ask('operator', 'get', `/api/v1/jobs/${job}`)).json.state !== 'running', JOB_MS, () => `${job} goes on`);

  function operations() {
    return Object.entries(document.paths).flatMap(([template, methods]) => Object.entries(methods).map(([method, operation]) => ({ template, method, operation })));
  }

  function find(id) {
    const found = operations().find(({ operation }) => operation.operationId === id);
    assert.ok(found, `the document has no operation ${id}`);
    return found;
  }

  /** A request through the operator's socket, the sign-in host or the decision point; a body that is no text is sent as JSON. */
  async function ask(door, method, target, body, bearer, type = 'application/json') {
    const place = {
      operator: { socketPath: path.join(product.data, 'countersign.sock'), headers: { host: 'localhost' } },
      network: { host: '127.0.0.1', port: product.port, headers: { host: `countersign.localhost:${product.port}` } },
      decisions: { host: '127.0.0.1', port: product.decisionPort, headers: { host: `127.0.0.1:${product.decisionPort}` } },
    }[door];
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { ...place.headers, ...(sent !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(sent) }), ...(door === 'decisions' && bearer && { authorization: `Bearer ${bearer}` }) };
    const request = http.request({ ...place, path: target, method: method.toUpperCase(), headers, agent: false });
    // The server may answer, and close, before it has read a body that is too long.
    request.on('error', () => {});
    request.end(sent);
    const [answer] = await once(request, 'response');
    const parts = [];
    // This stream lasts as long as its reader: that it began is its answer.
    if (answer.statusCode === 200 && target.startsWith('/api/v1/decision-stream')) answer.destroy();
    else for await (const part of answer) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const media = (answer.headers['content-type'] ?? '').split(';')[0];
    return { status: answer.statusCode, headers: answer.headers, media, text, json: /^application\/(problem\+)?json$/.test(media) ? JSON.parse(text) : undefined };
  }

  /** The errors that docs/api.md lists. */
  async function errors() {
    const text = await readFile(path.join(ROOT, 'docs/api.md'), 'utf8');
    const rows = text.split('## Errors')[1].split('\n## ')[0].matchAll(/^\| (\d{3}(?:, \d{3})*) \| (`[^|]+) \|/gm);
    return new Set([...rows].flatMap(([, statuses, kinds]) => {
      const words = [...kinds.matchAll(/`([a-z-]+)`/g)].map(([, word]) => word);
      const all = statuses.split(', ');
      // Several statuses in a row have a kind each; one status may have several.
      return all.length > 1 ? all.map((status, n) => `${status} ${words[n]}`) : words.map((word) => `${all[0]} ${word}`);
    }));
  }

  async function onTrial(dir) {
    await mkdir(path.join(dir, 'guardrails'), { recursive: true });
    await writeFile(path.join(dir, 'guardrails/trial.cedar'), `@id("on-trial")
@owner("security")
@reason("On trial.")
@review("2099-01-01")
@stage("shadow")
forbid (principal, action, resource in Countersign::Application::"wiki")
when { context.item like "/trial*" };
`);
  }

  function countersign(...words) {
    const at = words[0] === 'serve' || words[0] === 'completions' ? [] : ['--data', product.data];
    return new Promise((resolve) => {
      execFile(BINARY, [...words, ...at], { timeout: 60_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr });
      });
    });
  }
});

/** Judges answers by the document: what is wrong with one, in words. */
function judgeOf(document) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'http://contract/openapi.json', ...document });
  const pointer = (...parts) => parts.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  return (operation, template, answer) => {
    const [method] = Object.entries(document.paths[template]).find(([, known]) => known === operation);
    const status = operation.responses[answer.status] ? answer.status : 'default';
    const response = operation.responses[status];
    if (!response) return [`the document has no answer ${answer.status}`];
    if (!response.content) return answer.text === '' ? [] : ['an answer without content has some'];
    if (!response.content[answer.media]) return [`the document has no ${answer.media}`];
    if (answer.json === undefined) return [];
    const validate = ajv.compile({ $ref: `http://contract/openapi.json#/${pointer('paths', template, method, 'responses', status, 'content', answer.media, 'schema')}` });
    return validate(answer.json) ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
