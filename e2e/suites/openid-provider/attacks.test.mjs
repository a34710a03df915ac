// See README.md beside this file: what must fail. One person is signed in, and an attacker holds whatever a step gives them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { ask } from '../../harness/http.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';
import { authorize, claims, declareClient, pkce, post, request, startApplication, userinfo } from './client.mjs';

describe('attacks on the OpenID provider', () => {
  const lifetime = new Lifetime();
  let product, application, client, other, phone, cookie;

  before(async () => {
    product = await startUp(lifetime);
    const folder = await lifetime.folder();
    application = await startApplication(lifetime);
    const { page, context } = await openBrowser(lifetime);
    await addAuthenticator(page);
    await enrol(page, product.invitation);
    cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    client = await declareClient(product, folder, { name: 'wiki-web', callback: application.callback });
    other = await declareClient(product, folder, { name: 'todo-web', callback: `${application.origin}/callback/other` });
    phone = await declareClient(product, folder, { name: 'wiki-phone', callback: application.callback, isPublic: true });
  });
  after(() => lifetime.close());

  /** A code that is good, with its verifier. */
  async function code(of = client, more = {}) {
    const pair = pkce();
    const { told } = await authorize(product, cookie, request(of, pair, more));
    assert.ok(told.code, JSON.stringify(told));
    return { ...pair, code: told.code };
  }
  const exchange = ({ code: given, verifier }, { as = client, more = {} } = {}) => post(
    product, { grant_type: 'authorization_code', code: given, redirect_uri: as.callback, code_verifier: verifier, ...more }, { client: as },
  );
  const refresh = (token, as = client) => post(product, { grant_type: 'refresh_token', refresh_token: token }, { client: as });
  const isRefused = ({ status, body }, error, words = /./) => {
    assert.deepEqual([status === 200, body.error], [false, error], JSON.stringify(body));
    assert.match(body.error_description, words);
    assert.equal(body.access_token ?? body.id_token ?? body.refresh_token, undefined);
  };

  test('a code of another client, with its own or the right verifier, gives nothing and harms nothing', async () => {
    const good = await code();
    isRefused(await exchange(good, { as: other }), 'invalid_grant', /none of ours/);
    isRefused(await exchange(good, { as: phone }), 'invalid_grant', /none of ours/);
    assert.equal((await exchange(good)).status, 200, 'the rightful client still has it');
  });

  test('a code that is injected into another session fails at the verifier of that session', async () => {
    const [stolen, own] = [await code(phone), await code(phone)];
    isRefused(await exchange({ code: stolen.code, verifier: own.verifier }, { as: phone }), 'invalid_grant', /code_verifier/);
    for (const verifier of [stolen.challenge, 'x'.repeat(43), '', `${stolen.verifier}A`]) {
      assert.match((await exchange({ code: stolen.code, verifier }, { as: phone })).body.error, /^invalid_(grant|request)$/);
    }
    assert.equal((await exchange(stolen, { as: phone })).status, 200);
  });

  test('an authorization without PKCE, or with plain, is refused at the client', async () => {
    const pair = pkce();
    for (const [drop, set] of [[['code_challenge', 'code_challenge_method'], {}], [['code_challenge_method'], {}], [[], { code_challenge_method: 'plain' }], [[], { code_challenge: 'short' }]]) {
      const query = request(client, pair, set);
      drop.forEach((name) => query.delete(name));
      const { told } = await authorize(product, cookie, query);
      assert.deepEqual([told.error, told.state, told.code], ['invalid_request', 'a state', undefined], `${query}`);
      assert.match(told.error_description, /code_challenge/);
    }
  });

  test('every answer names who gave it, so that a client of several providers is not mixed up', async () => {
    const pair = pkce();
    const issuer = new URL(product.url(HOSTS.countersign)).origin;
    for (const query of [request(client, pair), request(client, pair, { response_type: 'token' }), request(client, pair, { prompt: 'none', max_age: '0', scope: 'email' })]) {
      assert.equal((await authorize(product, cookie, query)).told.iss, issuer, `${query}`);
    }
  });

  test('no trick with a redirect URI leads anywhere', async () => {
    const pair = pkce();
    const { callback, origin } = application;
    const port = new URL(origin).port;
    for (const uri of [
      `${callback}/`, `${callback}/more`, `${callback}x`, `${callback}?`, `${callback}?x=1`, `${callback}#`, `${callback}#x`, `${callback}/../callback`,
      `${callback}%2f`, `${callback}%00`, origin, `${origin}/`, `${origin}/%63allback`, `${origin}/CALLBACK`, `${origin}//callback`, `${origin}\\callback`,
      `http://127.0.0.1@evil.example/callback`, `http://evil.example@127.0.0.1:${port}/callback`, `http://127.0.0.1:${port}.evil.example/callback`,
      `https://127.0.0.1:${port}/callback`, `http://localhost:${port}/callback`, `http://127.1:${port}/callback`, `//127.0.0.1:${port}/callback`, '/callback',
      'https://evil.example/callback', 'javascript:alert(1)', `${callback}\t`, ` ${callback}`, `${callback} https://evil.example/`,
    ]) {
      const { status, url, text } = await authorize(product, cookie, request(client, pair, { redirect_uri: uri }));
      assert.deepEqual([status, url], [400, undefined], `${uri} led to ${url}`);
      assert.match(text, /redirect_uri|control character/, uri);
    }
    const none = request(client, pair);
    none.delete('redirect_uri');
    assert.equal((await authorize(product, cookie, none)).status, 400);
    assert.equal((await authorize(product, cookie, request({ ...client, id: 'client_nobody' }, pair))).status, 400);
    const good = await code();
    isRefused(await exchange(good, { more: { redirect_uri: `${callback}/` } }), 'invalid_grant', /redirect_uri/);
    assert.equal((await exchange(good)).status, 200);
  });

  test('a code that is used twice ends everything that came of it', async () => {
    const good = await code();
    const { body } = await exchange(good);
    assert.equal((await userinfo(product, body.access_token)).status, 200);
    isRefused(await exchange(good), 'invalid_grant', /used before/);
    isRefused(await refresh(body.refresh_token), 'invalid_grant', /ended/);
    assert.equal((await userinfo(product, body.access_token)).status, 401);
  });

  test('of two that exchange one code at once, at most one succeeds', async () => {
    const good = await code();
    const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(good)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const { body } = answers.find(({ status }) => status === 200);
    isRefused(await refresh(body.refresh_token), 'invalid_grant', /ended/);
  });

  test('a refresh token that is used twice ends the family, for the thief and for the client', async () => {
    const { body: first } = await exchange(await code());
    const { body: second } = await refresh(first.refresh_token);
    isRefused(await refresh(first.refresh_token), 'invalid_grant', /used before/);
    isRefused(await refresh(second.refresh_token), 'invalid_grant', /ended/);
    assert.equal((await userinfo(product, second.access_token)).status, 401);
    const { body: mine } = await exchange(await code());
    isRefused(await refresh(mine.refresh_token, other), 'invalid_grant', /none of ours/);
    assert.equal((await refresh(mine.refresh_token)).status, 200, 'another client ends nothing');
  });

  test('of two that refresh at once, at most one succeeds', async () => {
    const { body } = await exchange(await code());
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(body.refresh_token)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  test('a doubled parameter is refused wherever it stands', async () => {
    const pair = pkce();
    for (const name of ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'code_challenge', 'code_challenge_method']) {
      const query = request(client, pair);
      const { status, url } = await authorize(product, cookie, `${query}&${name}=${encodeURIComponent(query.get(name))}`);
      assert.deepEqual([status, url], [400, undefined], name);
    }
    const good = await code();
    const form = new URLSearchParams({ grant_type: 'authorization_code', code: good.code, redirect_uri: client.callback, code_verifier: good.verifier });
    isRefused(await post(product, `${form}&code=${good.code}`, { client }), 'invalid_request', /twice/);
    assert.equal((await exchange(good)).status, 200);
  });

  test('no token comes from the authorization endpoint', async () => {
    for (const response_type of ['token', 'id_token', 'id_token token', 'code token', 'code id_token', 'none']) {
      const { url, told } = await authorize(product, cookie, request(client, pkce(), { response_type }));
      assert.equal(told.error, 'unsupported_response_type', response_type);
      assert.deepEqual([url.hash, told.code, told.access_token], ['', undefined, undefined]);
    }
  });

  test('what is too large or no form is refused and read no further', async () => {
    const long = await authorize(product, cookie, request(client, pkce(), { login_hint: 'x'.repeat(9000) }));
    assert.ok([400, 414, 431].includes(long.status), `${long.status}`);
    isRefused(await post(product, `grant_type=${'x'.repeat(20_000)}`, { client }), 'invalid_request', /longer than/);
    const huge = await ask({ port: product.port, host: HOSTS.countersign, path: '/oauth2/token', method: 'POST', body: 'x'.repeat(200_000), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    assert.equal(huge.status, 413);
    isRefused(await post(product, '{"grant_type":"authorization_code"}', { client, headers: { 'content-type': 'application/json' } }), 'invalid_request', /x-www-form-urlencoded/);
    isRefused(await post(product, 'grant_type=%ff', { client }), 'invalid_request', /percent/);
    isRefused(await post(product, { grant_type: 'password', username: 'a', password: 'b' }, { client }), 'unsupported_grant_type');
  });

  test('a client that is not who it says gets one answer, whatever is wrong', async () => {
    const good = await code();
    const answers = [];
    for (const as of [{ ...client, secret: 'cso_wrong' }, { ...client, secret: undefined }, { ...client, id: 'client_nobody' }, { ...phone, secret: 'x' }, { ...client, secret: other.secret }]) {
      const { status, body, headers } = await exchange(good, { as });
      assert.deepEqual([status, body.error], [401, 'invalid_client']);
      if (as.secret) assert.match(headers['www-authenticate'], /^Basic/);
      answers.push(body.error_description);
    }
    assert.equal(new Set(answers).size, 1);
    assert.equal((await exchange(good)).status, 200);
  });

  test('an unsigned or foreign token opens nothing and ends nothing', async () => {
    const { body } = await exchange(await code());
    const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [head, , signature] = body.access_token.split('.');
    const none = encoded({ alg: 'none', typ: 'at+jwt' });
    for (const token of [`${none}.${encoded(claims(body.access_token))}.`, `${head}.${encoded({ ...claims(body.access_token), sub: 'per_0' })}.${signature}`, body.id_token, body.refresh_token, 'x']) {
      const { status, body: said, headers } = await userinfo(product, token);
      assert.deepEqual([status, said.error], [401, 'invalid_token']);
      assert.match(headers['www-authenticate'], /invalid_token/);
    }
    const host = HOSTS.countersign;
    const forged = `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims(body.id_token))}.`;
    const hinted = await ask({ port: product.port, host, path: `/oauth2/logout?id_token_hint=${forged}`, headers: { cookie } });
    assert.equal(hinted.status, 400);
    const linked = await ask({ port: product.port, host, path: '/oauth2/logout', headers: { cookie } });
    assert.match(linked.text, /Do you want to sign out/);
    const forced = await ask({
      port: product.port, host, path: '/oauth2/logout/confirm', method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', 'content-length': 0, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    });
    assert.equal(forced.status, 403, 'another site cannot press the button');
    assert.equal((await userinfo(product, body.access_token)).status, 200, 'the session goes on');
  });

  test('a client that gives up its token ends what came of it, and nobody else can', async () => {
    const { body } = await exchange(await code());
    assert.equal((await post(product, { token: body.refresh_token }, { client: other, to: 'revoke' })).status, 200);
    assert.equal((await userinfo(product, body.access_token)).status, 200);
    assert.equal((await post(product, { token: body.refresh_token }, { client, to: 'revoke' })).status, 200);
    assert.equal((await userinfo(product, body.access_token)).status, 401);
    isRefused(await refresh(body.refresh_token), 'invalid_grant', /ended/);
  });

  test('a client that is withdrawn gets nothing more', async () => {
    const good = await code(other);
    await product.run('openid-client', 'withdraw', 'todo-web', '--yes');
    assert.equal((await exchange(good, { as: other })).body.error, 'invalid_client');
    assert.equal((await authorize(product, cookie, request(other, pkce()))).status, 400);
  });
});
