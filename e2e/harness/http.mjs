// Requests to names under `localhost`, without a resolver that knows them.
//
// Chromium resolves *.localhost itself; the C library and Node on Debian 12 do not. So the connection goes to
// 127.0.0.1 and the name into the Host header, which fetch() would not let us set.

import { once } from 'node:events';
import http from 'node:http';
import { WebSocket } from 'ws';

/**
 * One request, redirects not followed.
 * @returns {Promise<{status: number, headers: object, text: string, json: () => any}>}
 */
export async function ask({ port, host = '127.0.0.1', path = '/', method = 'GET', headers = {}, body }) {
  const request = http.request({
    host: '127.0.0.1', port, path, method, agent: false,
    headers: { host: `${host}:${port}`, ...headers },
  });
  request.end(body);
  const [answer] = await once(request, 'response');
  const parts = [];
  for await (const part of answer) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return { status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) };
}

/** Opens a WebSocket. Refused handshakes throw with the status. `closed` resolves when it ends. */
export async function openSocket({ port, host, path, headers = {} }) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host: `${host}:${port}`, ...headers } });
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
