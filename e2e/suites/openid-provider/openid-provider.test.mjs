// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol, pressesButtons, signIn, signOut, stepUp } from '../../harness/person.mjs';
import { authorize, claims, declareClient, fetchOf, pkce, post, request, startApplication, userinfo } from './client.mjs';

/** How long a client may wait to be told: a generous bound, not a measure. */
const TOLD_MS = 60_000;
const EVE = 'eve@example.org';
const ADMINISTRATOR = 'admin@countersign.localhost';

describe('applications that sign people in themselves', () => {
  const lifetime = new Lifetime();
  let product, application, client, config, page, context, tokens, folder;

  before(async () => {
    product = await startUp(lifetime);
    folder = await lifetime.folder();
    application = await startApplication(lifetime);
    ({ page, context } = await openBrowser(lifetime));
    await addAuthenticator(page);
    await pressesButtons(page);
    await enrol(page, product.invitation);
    await signOut(page, product);
  });
  after(() => lifetime.close());

  test('a client is declared from a file, and its secret is shown once', async () => {
    client = await declareClient(product, folder, { name: 'wiki-web', ...application });
    assert.equal(client.id, 'client_wiki-web');
    assert.match(client.secret, /^cso_/);
    const shown = await product.run('openid-client', 'show', 'wiki-web');
    assert.ok(!JSON.stringify(shown).includes(client.secret));
  });

  test('openid-client finds the provider by its discovery document', async () => {
    const issuer = new URL(product.url(HOSTS.countersign));
    config = await openid.discovery(issuer, client.id, client.secret, undefined, {
      execute: [openid.allowInsecureRequests], [openid.customFetch]: fetchOf(product),
    });
    assert.equal(config.serverMetadata().issuer, issuer.origin);
  });

  test('a person signs in with the passkey on the way, and openid-client accepts the answer', async () => {
    const { answer, told } = await signInWith({ scope: 'openid profile email groups offline_access', nonce: 'n-1' }, async () => {
      await page.getByText('Wiki').first().waitFor();
      await signIn(page);
    });
    tokens = answer;
    assert.equal(told.searchParams.get('iss'), new URL(product.url(HOSTS.countersign)).origin);
    const said = answer.claims();
    assert.equal(said.email, ADMINISTRATOR);
    assert.equal(said.aud, client.id);
    assert.ok(answer.expires_in <= 300 && answer.refresh_token);
    const info = await openid.fetchUserInfo(config, answer.access_token, said.sub);
    assert.deepEqual([info.email, info.email_verified], [ADMINISTRATOR, true]);
    assert.ok(Array.isArray(info.groups));
  });

  test('the tokens verify with the announced keys, and no kind passes for another', async () => {
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri), { [customFetch]: fetchOf(product) });
    const issuer = config.serverMetadata().issuer;
    await jwtVerify(tokens.access_token, keys, { issuer, audience: issuer, typ: 'at+jwt', algorithms: ['ES256'] });
    await jwtVerify(tokens.id_token, keys, { issuer, audience: client.id, typ: 'JWT' });
    assert.equal((await userinfo(product, tokens.id_token)).status, 401);
    assert.equal((await userinfo(product, 'e30.e30.')).status, 401);
  });

  test('every authorization and every exchange is a recorded decision', async () => {
    const { items } = await product.run('decisions', '--since', '1h', '--app', 'wiki', '--limit', '50');
    assert.equal(items.length, 2, 'one for the code, one for the tokens');
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
    const later = await product.run('decisions', '--since', '1h', '--app', 'wiki', '--limit', '50');
    assert.equal(later.items.length, 3, 'and one for the refresh');
    tokens = { ...refreshed, id_token: tokens.id_token };
  });

  test('a second client signs the person in without a page, and prompt=none says what is missing', async () => {
    const { answer } = await signInWith({ scope: 'openid', prompt: 'none' }, async () => {});
    assert.equal(answer.claims().sub, claims(tokens.id_token).sub);
    assert.equal(answer.refresh_token, undefined, 'without offline_access');
    const { challenge } = pkce();
    const nobody = await authorize(product, '', request(client, { challenge }, { prompt: 'none' }));
    assert.equal(nobody.told.error, 'login_required');
    assert.equal(nobody.told.state, 'a state');
  });

  test('prompt=login and max_age=0 want a fresh proof, once', async () => {
    for (const more of [{ prompt: 'login' }, { max_age: '0' }]) {
      const before = Math.floor(Date.now() / 1000);
      const { answer } = await signInWith({ scope: 'openid', ...more }, () => stepUp(page));
      assert.ok(answer.claims().auth_time >= before - 1, JSON.stringify(more));
    }
  });

  test('a client is told that the session ended, again if it does not answer', async () => {
    application.refuses = 1;
    const { sid, sub } = claims(tokens.id_token);
    await product.run('session', 'revoke', sid);
    await until(() => application.logouts.length >= 2, TOLD_MS, () => `${application.logouts.length} logouts were heard`);
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri), { [customFetch]: fetchOf(product) });
    for (const { token, type } of application.logouts) {
      assert.equal(type, 'application/x-www-form-urlencoded');
      const { payload } = await jwtVerify(token, keys, { issuer: config.serverMetadata().issuer, audience: client.id, typ: 'logout+jwt' });
      assert.deepEqual([payload.sid, payload.sub, payload.nonce], [sid, sub, undefined]);
      assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
    }
  });

  test('the tokens of the session ended with it', async () => {
    const refused = await post(product, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, { client });
    assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_grant']);
    assert.match(refused.body.error_description, /session has ended/);
    assert.equal((await userinfo(product, tokens.access_token)).status, 401);
  });

  test('logging out: at once with an ID token of the session, and else the person is asked', async () => {
    const { answer } = await signInWith({ scope: 'openid' }, () => signIn(page));
    await page.goto(openid.buildEndSessionUrl(config, { post_logout_redirect_uri: application.home, state: 'bye' }).href);
    await page.getByRole('heading', { name: 'Do you want to sign out?' }).waitFor();
    assert.equal((await product.run('session', 'list')).items.length, 1, 'a link alone ends nothing');
    const hinted = openid.buildEndSessionUrl(config, { post_logout_redirect_uri: application.home, state: 'bye', id_token_hint: answer.id_token });
    await page.goto(hinted.href);
    assert.equal(page.url(), `${application.home}?state=bye`);
    assert.equal((await product.run('session', 'list')).items.length, 0);
    await signInWith({ scope: 'openid' }, () => signIn(page));
    await page.goto(openid.buildEndSessionUrl(config, { post_logout_redirect_uri: application.home, state: 'bye' }).href);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${application.home}?state=bye`);
    assert.equal((await product.run('session', 'list')).items.length, 0);
    await page.goto(product.url(HOSTS.countersign, '/oauth2/logout?client_id=client_wiki-web&post_logout_redirect_uri=https://evil.example/'));
    await page.getByText('post_logout_redirect_uri is none of those').waitFor();
  });

  test('a person who may not use the application sees why, and what to do', async () => {
    const vault = await declareClient(product, folder, { name: 'vault-web', application: 'vault', ...application });
    const { challenge } = pkce();
    await page.goto(product.url(HOSTS.countersign, `/oauth2/authorize?${request(vault, { challenge })}`));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('heading', { name: 'You cannot open this' }).waitFor();
    assert.ok((await page.locator('#remedies li').count()) > 0);
    const id = await page.locator('#decision').textContent();
    const { explanation } = await product.run('why', id);
    assert.ok(JSON.stringify(explanation).includes('vault'));
    await page.locator('#back').click();
    await page.waitForURL(`${application.callback}?*`);
    assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
    const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    const silent = await authorize(product, cookie, request(vault, { challenge }, { prompt: 'none' }));
    assert.match(silent.told.error, /^(access_denied|interaction_required)$/);
    assert.equal(silent.told.code, undefined);
  });

  test('a person who is suspended gets nothing more', async () => {
    await product.run('person', 'add', '--name', 'Eve', '--email', EVE);
    const { context: hers, page: eve } = await openBrowser(lifetime);
    await addAuthenticator(eve);
    await enrol(eve, (await product.run('person', 'invite', EVE)).link);
    const cookie = await cookiesOf(hers, product.url(HOSTS.countersign));
    const grants = [];
    for (let n = 0; n < 2; n += 1) {
      const { verifier, challenge } = pkce();
      const { told } = await authorize(product, cookie, request(client, { challenge }));
      assert.ok(told.code, JSON.stringify(told));
      grants.push({ grant_type: 'authorization_code', code: told.code, redirect_uri: client.callback, code_verifier: verifier });
    }
    const { body } = await post(product, grants[0], { client });
    assert.equal((await userinfo(product, body.access_token)).status, 200);
    await product.run('person', 'suspend', EVE, '--reason', 'test');
    for (const form of [grants[1], { grant_type: 'refresh_token', refresh_token: body.refresh_token }]) {
      assert.equal((await post(product, form, { client })).body.error, 'invalid_grant');
    }
    assert.equal((await userinfo(product, body.access_token)).status, 401);
    const { challenge } = pkce();
    assert.equal((await authorize(product, cookie, request(client, { challenge }, { prompt: 'none' }))).told.error, 'login_required');
    await hers.close();
  });

  test('everything that was recorded comes out the same when it is asked again', async () => {
    assert.ok(await product.replayed() > 0);
  });

  test('no code, secret or token is in the log or anywhere in the data folder', async () => {
    const stored = [];
    for (const entry of await readdir(product.data, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) stored.push(await readFile(path.join(entry.parentPath ?? entry.path, entry.name)));
    }
    assert.ok(stored.some((bytes) => bytes.includes('openid_client.declared')), 'the journal was read');
    const codes = application.callbacks.map((url) => url.searchParams.get('code')).filter(Boolean);
    assert.ok(codes.length >= 5);
    for (const secret of [...codes, client.secret, tokens.refresh_token, tokens.access_token]) {
      assert.ok(!product.child.said.includes(secret), 'the log holds a secret');
      assert.ok(!stored.some((bytes) => bytes.includes(secret)), 'a file holds a secret');
    }
  });

  /** Signs in with openid-client: what the person does at the provider is `act`. */
  async function signInWith(parameters, act) {
    const [verifier, state] = [openid.randomPKCECodeVerifier(), openid.randomState()];
    const code_challenge = await openid.calculatePKCECodeChallenge(verifier);
    const heard = application.callbacks.length;
    const url = openid.buildAuthorizationUrl(config, { redirect_uri: application.callback, state, code_challenge, code_challenge_method: 'S256', ...parameters });
    await page.goto(url.href);
    await act();
    await until(() => application.callbacks.length > heard, TOLD_MS, () => `the browser is at ${page.url()}`);
    const told = application.callbacks.at(-1);
    const answer = await openid.authorizationCodeGrant(config, told, {
      pkceCodeVerifier: verifier, expectedState: state, expectedNonce: parameters.nonce, idTokenExpected: true,
    });
    return { answer, told };
  }
});
