// The product under test: the built binary, started as a person would start it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './lifetime.mjs';
import { ask } from './http.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** The binary under test. */
export const BINARY = process.env.COUNTERSIGN_BIN ?? path.join(ROOT, 'target/debug/countersign');

// The command line, in this one place.
const up = ({ data, port, tlsPort, decisionPort, samples }) => [
  'up', '--data', data, '--listen', `127.0.0.1:${port}`,
  ...(tlsPort === undefined ? [] : ['--tls-listen', `127.0.0.1:${tlsPort}`]),
  ...(decisionPort === undefined ? [] : ['--decision-point', `127.0.0.1:${decisionPort}`]),
  ...(samples ? [] : ['--no-samples']),
];
const serve = ({ config }) => ['serve', '--config', config];
const verb = ({ data, words }) => [...words, '--data', data, '--json'];

/** The link that the first administrator opens, as it stands on the console. */
const INVITATION = /https?:\/\/countersign\.localhost:\d+\/\S+/;

/** The host names under which `countersign up` is reached. */
export const HOSTS = {
  countersign: 'countersign.localhost', wiki: 'wiki.localhost', payroll: 'payroll.localhost', vault: 'vault.localhost',
};

/**
 * `countersign up` on a free port with an empty (or the given) data folder, once it has printed its invitation. With
 * `tls` it also listens for HTTPS (`tlsPort`), with `decisions` for the questions of other proxies (`decisionPort`), and
 * without `samples` there are no sample applications. `env` is added to its environment.
 */
export async function startUp(lifetime, { data, port, tls = false, decisions = false, samples = true, env = {} } = {}) {
  const place = { data: data ?? (await lifetime.folder()), port: port ?? (await freePort()) };
  if (tls) place.tlsPort = await freePort();
  if (decisions) place.decisionPort = await freePort();
  const child = lifetime.process(BINARY, up({ ...place, samples }), { env: { ...process.env, ...env } });
  const [invitation] = await child.says(INVITATION);
  return { ...place, child, invitation, ...clients(place) };
}

/** `countersign up` again on the data and the port of a product that was stopped, once something listens there. */
export async function startAgain(lifetime, { data, port }) {
  const child = lifetime.process(BINARY, up({ data, port, samples: true }));
  await child.listens(port);
  return { data, port, child, ...clients({ data, port }) };
}

/** `countersign serve` with a configuration file, once something listens on `port`. */
export async function startServe(lifetime, { config, data, port }) {
  const child = lifetime.process(BINARY, serve({ config }));
  await child.listens(port);
  return { data, port, child, ...clients({ data, port }) };
}

function clients({ data, port }) {
  return {
    /** The address of a host's page, for the browser. */
    url: (host, at = '/') => `http://${host}:${port}${at}`,
    /** One request to a host, without the browser. */
    ask: (host, at, rest = {}) => ask({ port, host, path: at, ...rest }),
    /** A command with `--json`, parsed. */
    run: (...words) => run(verb({ data, words })),
    /** The same, expected to fail: its exit code and what it said. */
    fails: (...words) => failing(verb({ data, words })),
    /** Everything that was recorded asked again: how many decisions there were. Each must come out as it was. */
    replayed: async () => faithful((await run(verb({ data, words: ['replay', '--since', '1d'] }))).result),
    /** A command as a person types it: what it prints. */
    print: (...words) => print([...words, '--data', data]),
  };
}

function faithful({ kind, ...replay }) {
  assert.equal(kind, 'replay');
  assert.deepEqual({ ...replay, same: 0, unasked: {}, basis: { ...replay.basis, recorded: 0 } }, {
    fidelity: 1, same: 0, different: 0, differences: [], unasked: {}, incomplete: [],
    basis: { verdict: 'known', recorded: 0, unread: 0, unread_decisions: 0, unanswered: 0, gaps: [] },
  });
  return replay.same;
}

function execute(args) {
  return new Promise((resolve) => {
    execFile(BINARY, args, { timeout: 60_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr });
    });
  });
}

async function run(args) {
  const stdout = await print(args);
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

async function print(args) {
  const { code, stdout, stderr } = await execute(args);
  if (code !== 0) throw new Error(`countersign ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
  return stdout;
}

async function failing(args) {
  const ended = await execute(args);
  if (ended.code === 0) throw new Error(`countersign ${args.join(' ')} was expected to fail, and said:\n${ended.stdout}`);
  return ended;
}
