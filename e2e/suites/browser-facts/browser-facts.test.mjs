// See README.md beside this file.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { stub } from '../../harness/http.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';

const HERE = 'countersign.localhost';
const THERE = 'wiki.localhost';
const COOKIES = [
  '__Host-lax=1; Path=/; Secure; HttpOnly; SameSite=Lax',
  '__Host-strict=1; Path=/; Secure; HttpOnly; SameSite=Strict',
  '__Host-insecure=1; Path=/',
  '__Host-wide=1; Path=/; Secure; Domain=localhost',
  'wide=1; Path=/; Domain=localhost',
];

describe('Chromium over http under localhost', () => {
  const lifetime = new Lifetime();
  let seen, port, context, page;

  /** Sets cookies, redirects, or answers with an empty page, as the query says; remembers every request. */
  const answer = (request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    seen.push({ path: url.pathname, cookie: request.headers.cookie ?? '', site: request.headers['sec-fetch-site'] });
    const [set, to, policy] = ['set', 'to', 'policy'].map((name) => url.searchParams.get(name));
    if (set) response.setHeader('set-cookie', COOKIES);
    if (policy) response.setHeader('content-security-policy', policy);
    if (to) response.writeHead(303, { location: to });
    else response.setHeader('content-type', 'text/html');
    response.end(to ? '' : '<!doctype html><title>fact</title><link rel="icon" href="data:,">');
  };
  const upgrade = (request, socket) => {
    seen.push({ path: request.url, cookie: request.headers.cookie ?? '' });
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.on('error', () => {});
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept.digest('base64')}\r\n\r\n`);
    lifetime.closing(socket, () => socket.destroy());
  };
  const at = (host, path) => `http://${host}:${port}${path}`;
  const request = (path) => seen.findLast((one) => one.path === path);
  const names = (path) => request(path).cookie.split('; ').filter(Boolean).map((pair) => pair.split('=')[0]).sort();
  const go = (url) => page.evaluate((to) => { location.href = to; }, url);

  before(async () => {
    const served = await stub(lifetime, answer);
    served.server.on('upgrade', upgrade);
    port = served.port;
    ({ context, page } = await openBrowser(lifetime));
  });
  beforeEach(async () => {
    seen = [];
    await context.clearCookies();
  });
  after(() => lifetime.close());

  test('a __Host- cookie is kept and sent, on a WebSocket too; one that breaks its rules is dropped', async () => {
    await page.goto(at(THERE, '/?set=1'));
    await page.goto(at(THERE, '/read'));
    assert.deepEqual(names('/read'), ['__Host-lax', '__Host-strict']);
    await page.evaluate(() => new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://${location.host}/live`);
      socket.onopen = resolve;
      socket.onerror = reject;
    }));
    assert.deepEqual(names('/live'), ['__Host-lax', '__Host-strict']);
  });

  test('a cookie of one name is not sent to another', async () => {
    await page.goto(at(HERE, '/?set=1'));
    await page.goto(at(THERE, '/read'));
    assert.deepEqual(names('/read'), []);
  });

  test('a Lax cookie that a redirect from another name has just set arrives, a Strict one does not', async () => {
    await page.goto(at(HERE, '/'));
    await go(at(THERE, '/?set=1&to=/landed'));
    await page.waitForURL('**/landed');
    assert.equal(request('/landed').site, 'cross-site');
    assert.deepEqual(names('/landed'), ['__Host-lax']);
  });

  test('no cookie goes with a form or a fetch from another name', async () => {
    await page.goto(at(THERE, '/?set=1'));
    await page.goto(at(HERE, '/'));
    await page.evaluate((to) => fetch(to, { mode: 'no-cors', credentials: 'include' }), at(THERE, '/fetched'));
    assert.deepEqual(names('/fetched'), []);
    await submit(at(THERE, '/posted'));
    await page.waitForURL('**/posted');
    assert.deepEqual(names('/posted'), []);
  });

  /** Posts an empty form from the page. */
  const submit = (action) => page.evaluate((to) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: to });
    document.body.append(form);
    form.submit();
  }, action);

  test("form-action holds for the redirect after a form: 'self' stops it, a listed name lets it pass", async () => {
    const away = `/?to=${encodeURIComponent(at(THERE, '/arrived'))}`;
    await page.goto(at(HERE, `/?policy=${encodeURIComponent("form-action 'self'")}`));
    const refused = page.waitForEvent('console', (message) => message.text().includes('form-action'));
    await submit(away);
    await refused;
    assert.equal(request('/arrived'), undefined);
    await page.goto(at(HERE, `/?policy=${encodeURIComponent(`form-action 'self' http://${THERE}:${port}`)}`));
    await submit(away);
    await page.waitForURL('**/arrived');
  });

  /** Makes a passkey for `rp` on the page, then asks for any; gives the error's name, or what was got. */
  const passkey = (rp, residentKey) => page.evaluate(async ([id, rk]) => {
    const challenge = new Uint8Array(32);
    try {
      const made = await navigator.credentials.create({ publicKey: {
        challenge, rp: { id, name: 'x' }, user: { id: new Uint8Array([7]), name: 'a', displayName: 'a' },
        pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: rk, userVerification: 'required' },
      } });
      const got = await navigator.credentials.get({ publicKey: {
        challenge, rpId: id, allowCredentials: [], userVerification: 'required', timeout: 5000,
      } });
      const client = JSON.parse(new TextDecoder().decode(got.response.clientDataJSON));
      const verified = (new Uint8Array(got.response.authenticatorData)[32] & 4) !== 0;
      return { same: made.id === got.id, user: new Uint8Array(got.response.userHandle)[0], verified, origin: client.origin };
    } catch (error) {
      return error.name;
    }
  }, [rp, residentKey]);

  test('a discoverable passkey for the name of the page is made and found; others are not', async () => {
    const authenticator = await addAuthenticator(page);
    await page.goto(at(HERE, '/'));
    const found = { same: true, user: 7, verified: true, origin: `http://${HERE}:${port}` };
    assert.deepEqual(await passkey(HERE, 'required'), found);
    assert.equal((await authenticator.credentials()).length, 1);
    await authenticator.forget();
    assert.equal(await passkey(HERE, 'discouraged'), 'NotAllowedError');
    assert.equal(await passkey('localhost', 'required'), 'SecurityError');
    await page.goto(at(THERE, '/'));
    assert.equal(await passkey(HERE, 'required'), 'SecurityError');
    await page.goto(at('127.0.0.1', '/'));
    assert.equal(await passkey('127.0.0.1', 'required'), 'SecurityError');
  });
});
