// Requests to names under `localhost`, without a resolver that knows them.
//
// Chromium resolves *.localhost itself; the C library and Node on Debian 12 do not. So the connection goes to
// 127.0.0.1 and the name into the Host header, which fetch() would not let us set.

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { WebSocket } from 'ws';

/**
 * One request, redirects not followed. With `tls`, over TLS: its certificate is not looked at, since `countersign up` makes its
 * own, and `tls.cert` and `tls.key` (PEM) are the client's.
 * @returns {Promise<{status: number, headers: object, text: string, json: () => any}>}
 */
export async function ask({ port, host = '127.0.0.1', path = '/', method = 'GET', headers = {}, body, tls }) {
  const request = begin({ port, host, path, method, headers, tls });
  request.end(body);
  const [answer] = await once(request, 'response');
  const parts = [];
  for await (const part of answer) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return { status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) };
}

/**
 * An answer that goes on: what was asked is as in `ask`. `heard` counts its bytes so far; `closed` resolves when it ends, with
 * whether it was whole.
 */
export async function openStream({ port, host, path = '/', headers = {}, tls }) {
  const request = begin({ port, host, path, method: 'GET', headers, tls });
  request.end();
  const [answer] = await once(request, 'response');
  const stream = { status: answer.statusCode, heard: 0 };
  answer.on('data', (bytes) => { stream.heard += bytes.length; });
  answer.on('error', () => {});
  stream.closed = new Promise((resolve) => {
    answer.once('close', () => resolve({ whole: answer.complete, at: performance.now() }));
  });
  return stream;
}

/**
 * A request head in its very lines, and all that comes back until the connection closes or stops being HTTP. Nothing is made
 * tidy on its way, which a client of Node's would do.
 */
export function raw(port, ...lines) {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return new Promise((resolve, reject) => {
    let heard = '';
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      heard += text;
      if (/^HTTP\/1\.1 101 [^]*\r\n\r\n/.test(heard)) socket.destroy();
    });
    socket.once('close', () => resolve(heard));
    socket.once('error', reject);
  });
}

function begin({ port, host, path, method, headers, tls }) {
  return (tls ? https : http).request({
    host: '127.0.0.1', port, path, method, agent: false,
    headers: { host: `${host}:${port}`, ...headers },
    ...(tls && { ...tls, servername: host, rejectUnauthorized: false }),
  });
}

/** Opens a WebSocket, with `tls` as in `ask`. Refused handshakes throw with the status. `closed` resolves when it ends. */
export async function openSocket({ port, host, path, headers = {}, tls }) {
  const socket = new WebSocket(`${tls ? 'wss' : 'ws'}://127.0.0.1:${port}${path}`, {
    headers: { host: `${host}:${port}`, ...headers },
    ...(tls && { ...tls, servername: host, rejectUnauthorized: false }),
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, answer) => {
      answer.resume();
      reject(Object.assign(new Error(`the handshake was answered with ${answer.statusCode}`), { status: answer.statusCode }));
    });
    socket.once('error', reject);
  });
  socket.removeAllListeners('error');
  socket.on('error', () => {});
  const closed = new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason), at: performance.now() }));
  });
  return { socket, closed };
}

/** A server of the test's own, on a free port. `answer` is a node request listener. */
export async function stub(lifetime, answer) {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  lifetime.closing(server, async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { server, port: server.address().port };
}
