// What a test starts and must not leave behind: processes, servers, folders.
//
// A `Lifetime` is closed once, in reverse order, whatever failed in between. Processes are ended by the pid of the
// child that was started here, never by name.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server may take to say that it is ready. Cold machines are slow; a hang is still noticed. */
const READY_MS = 60_000;
/** How long a process may take to end before it is killed. */
const END_MS = 15_000;

/** Children that still run, so that none outlives a test runner that is interrupted. */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Lifetime {
  #closers = [];

  /** Registers what must happen at the end; gives back `value`, so that it can wrap what it is about. */
  closing(value, close) {
    this.#closers.push(close);
    return value;
  }

  /** An empty folder of its own, owned by `uid` where that is given. */
  async folder(uid, gid) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'countersign-e2e-'));
    if (uid !== undefined) await chown(folder, uid, gid);
    return this.closing(folder, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  }

  /** Starts a process that ends with this lifetime, if not before. */
  process(command, args, options = {}) {
    const started = new Process(command, args, options);
    return this.closing(started, () => started.stop());
  }

  async close() {
    const failures = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
  }
}

/** A child process, and all that it has said. */
export class Process {
  #child;
  #said = '';
  #name;
  #ended = false;

  constructor(command, args, options) {
    this.#name = [path.basename(command), ...args].join(' ');
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    running.add(this.#child);
    const hear = (bytes) => { this.#said += bytes; };
    this.#child.stdout.on('data', hear);
    this.#child.stderr.on('data', hear);
    // Ended is when its last words have been read as well, or when it could not be started.
    const end = () => { this.#ended = true; running.delete(this.#child); };
    this.#child.on('error', (error) => { this.#said += `${error}\n`; end(); });
    this.#child.on('close', end);
  }

  get pid() { return this.#child.pid; }
  get said() { return this.#said; }
  get ended() { return this.#ended; }

  /** Waits until what it said matches, and gives the match. */
  async says(pattern, within = READY_MS) {
    return until(() => this.#said.match(pattern) ?? this.#failIfEnded(`before it said ${pattern}`), within,
      () => `${this.#name} did not say ${pattern}; it said:\n${this.#said}`);
  }

  /** Waits until something listens on the port. */
  async listens(port, within = READY_MS) {
    await until(async () => (await isOpen(port)) || this.#failIfEnded(`before it listened on ${port}`), within,
      () => `${this.#name} does not listen on ${port}; it said:\n${this.#said}`);
  }

  /** Asks it to end with `signal`, and kills it if it does not. Gives the exit code, or the signal's name. */
  async stop(signal = 'SIGTERM') {
    if (this.ended) return this.#child.exitCode ?? this.#child.signalCode;
    const ended = once(this.#child, 'close');
    this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(late);
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  #failIfEnded(when) {
    if (this.ended) throw new Error(`${this.#name} ended ${when}; it said:\n${this.#said}`);
    return undefined;
  }
}

/** Asks again until the answer is neither undefined nor false, and gives it. */
export async function until(ask, within, complaint = () => 'it did not come about') {
  const end = performance.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(complaint());
    await sleep(20);
  }
}

/**
 * A port on loopback that nothing listens on. Programs that can choose one themselves should.
 *
 * Two files of tests run at the same time, and a moment passes before the program listens. So each process has ports of its own,
 * below those that the kernel gives away.
 */
export async function freePort() {
  for (let tried = 0; tried < PORTS_EACH; tried += 1) {
    const port = FIRST_PORT + (process.pid % PROCESSES) * PORTS_EACH + (portsGiven += 1) % PORTS_EACH;
    if (await canListen(port)) return port;
  }
  throw new Error('all ports of this process are taken');
}

const FIRST_PORT = 12_288;
const PORTS_EACH = 128;
const PROCESSES = 160;
let portsGiven = 0;

async function canListen(port) {
  const server = net.createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
