// An application that signs people in itself: its web server, which hears callbacks and logouts, and requests as its back end
// sends them.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { HOSTS } from '../../harness/countersign.mjs';
import { ask } from '../../harness/http.mjs';

/** The web server of a client: `callbacks` are the URLs at which browsers arrived, `logouts` the logout tokens. */
export async function startApplication(lifetime) {
  const heard = { callbacks: [], logouts: [], refuses: 0 };
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      if (request.url === '/logout') {
        const token = new URLSearchParams(Buffer.concat(parts).toString()).get('logout_token');
        heard.logouts.push({ token, type: request.headers['content-type'] });
        response.statusCode = heard.refuses-- > 0 ? 503 : 200;
        return response.end();
      }
      if (request.url.startsWith('/callback')) heard.callbacks.push(new URL(request.url, origin));
      response.setHeader('content-type', 'text/html');
      return response.end('<!doctype html><link rel="icon" href="data:,"><h1>The application</h1>');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  lifetime.closing(server, async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return Object.assign(heard, { origin, callback: `${origin}/callback`, logout: `${origin}/logout`, home: `${origin}/` });
}

/** Declares a client from a file, and gives its id, and its secret unless it is public. */
export async function declareClient(product, folder, { name, application = 'wiki', callback, home, logout, isPublic = false }) {
  const file = path.join(folder, `${name}.toml`);
  await writeFile(file, [
    `name = "${name}"`, `application = "${application}"`, `redirect_uris = ["${callback}"]`, `public = ${isPublic}`,
    ...(home ? [`post_logout_redirect_uris = ["${home}"]`] : []), ...(logout ? [`backchannel_logout_uri = "${logout}"`] : []),
  ].join('\n'));
  const declared = await product.run('openid-client', 'declare', '--file', file);
  if (isPublic) return { id: declared.client_id, callback };
  const { secret } = await product.run('openid-client', 'secret', name);
  return { id: declared.client_id, secret, callback };
}

/** `fetch` to the product's host, whose name Node does not resolve. */
export const fetchOf = (product) => async (url, { method = 'GET', headers = {}, body } = {}) => {
  const target = new URL(url);
  const answer = await ask({
    port: product.port, host: target.hostname, path: target.pathname + target.search, method,
    headers: Object.fromEntries(new Headers(headers)), body: body?.toString(),
  });
  return new Response(answer.text || null, { status: answer.status, headers: new Headers(Object.entries(answer.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))) });
};

/** A verifier and its challenge. */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The parameters of a usual authorization request. */
export function request(client, { challenge }, more = {}) {
  return new URLSearchParams({
    response_type: 'code', client_id: client.id, redirect_uri: client.callback, scope: 'openid offline_access', state: 'a state',
    code_challenge: challenge, code_challenge_method: 'S256', ...more,
  });
}

/** Sends an authorization request (parameters or text) with the cookies of a browser. */
export async function authorize(product, cookie, query) {
  const answer = await ask({ port: product.port, host: HOSTS.countersign, path: `/oauth2/authorize?${query}`, headers: { cookie } });
  const { location } = answer.headers;
  const url = location && new URL(location, `http://${HOSTS.countersign}:${product.port}`);
  return { status: answer.status, text: answer.text, url, told: Object.fromEntries(url?.searchParams ?? []) };
}

/** Posts a form to the product: to the token endpoint, if nothing else is said. */
export async function post(product, form, { client, to = 'token', headers = {} } = {}) {
  const basic = client?.secret && { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const fields = client && !client.secret ? { client_id: client.id, ...form } : form;
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
  const answer = await ask({
    port: product.port, host: HOSTS.countersign, path: `/oauth2/${to}`, method: 'POST', body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), ...basic, ...headers },
  });
  return { status: answer.status, headers: answer.headers, body: answer.text ? answer.json() : undefined };
}

/** The claims of a token, not verified. */
export const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** Userinfo with this access token. */
export async function userinfo(product, token) {
  const answer = await ask({ port: product.port, host: HOSTS.countersign, path: '/oauth2/userinfo', headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: answer.json(), headers: answer.headers };
}
