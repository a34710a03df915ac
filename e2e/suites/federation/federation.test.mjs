// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { openSocket } from '../../harness/http.mjs';
import { freePort, Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol, pressesButtons, signOut, stepUp } from '../../harness/person.mjs';
import { CLIENT, startProvider } from './provider.mjs';

/** How long the end of a session may take to be felt. */
const AT_ONCE_MS = 1000;
/** When a stream that is never closed is given up. */
const HANGS_MS = 60_000;

const ADMINISTRATOR = 'admin@countersign.localhost';
const ACCOUNTS = {
  strong: { claims: { email: 'eve@example.org', email_verified: true, name: 'Eve' }, how: { acr: 'phr', amr: ['hwk'] } },
  weak: { claims: { name: 'Administrator' }, how: { acr: 'basic', amr: ['pwd'] } },
  stranger: { claims: { email: 'mallory@evil.test', email_verified: true }, how: {} },
};

describe('signing in with an OpenID provider', () => {
  const lifetime = new Lifetime();
  let product, provider, page, context;
  const wiki = (at = '/') => product.url(HOSTS.wiki, at);
  const urls = [];

  before(async () => {
    const port = await freePort();
    product = await startUp(lifetime, { port });
    const home = (end) => `http://${HOSTS.countersign}:${port}/sign-in/with/corp/${end}`;
    provider = await startProvider(lifetime, { accounts: ACCOUNTS, home });
    ({ page, context } = await openBrowser(lifetime));
    await addAuthenticator(page);
    await pressesButtons(page);
    page.on('request', (request) => urls.push(request.url()));
    await enrol(page, product.invitation);
    await signOut(page, product);
  });
  after(() => lifetime.close());

  test('an administrator declares the provider from a file, which holds no secret', async () => {
    const folder = await lifetime.folder();
    const file = path.join(folder, 'corp.toml');
    await writeFile(file, [
      'name = "corp"', 'title = "Example Corp"', `issuer = "${provider.issuer}"`, `client_id = "${CLIENT}"`,
      'domains = ["example.org"]', 'creates_people = "employee"', 'max_age_seconds = 3600',
      '[[assurance]]', 'acr = "phr"', 'amr = ["hwk"]', 'assurance = "aal2"', 'phishing_resistant = true',
    ].join('\n'));
    const declared = await product.run('provider', 'declare', '--file', file);
    assert.equal(declared.redirect_uri, `http://${HOSTS.countersign}:${product.port}/sign-in/with/corp/callback`);
    assert.equal(declared.declaration.issuer, provider.issuer);
    assert.deepEqual((await product.run('provider', 'list')).items.map(({ name }) => name), ['corp']);
  });

  test('the sign-in page offers it beside the passkey, without JavaScript too', async () => {
    const { context: plain, page: reader } = await openBrowser(lifetime, { javaScriptEnabled: false });
    await reader.goto(wiki('/pages/welcome'));
    const link = reader.getByRole('link', { name: 'Sign in with Example Corp' });
    assert.match(await link.getAttribute('href'), /^\/sign-in\/with\/corp\?host=wiki\.localhost&/);
    provider.told.next = 'stranger';
    await link.click();
    await reader.getByRole('button', { name: 'Sign in as stranger' }).click();
    // The address is verified, but in a domain that is not the provider's.
    await reader.getByText('not linked to anybody here').waitFor();
    assert.match(await reader.locator('main').textContent(), /name the account: stranger/);
    await plain.close();
    assert.equal((await product.run('session', 'list')).items.length, 0);
  });

  test('a person whom the rule adds reaches the application, and is told apart from a passkey', async () => {
    await withProvider('strong');
    await page.getByRole('heading', { name: 'welcome' }).waitFor();
    const [session] = (await product.run('session', 'list')).items;
    assert.deepEqual([session.email, session.assurance], ['eve@example.org', 'aal2']);
    const { items } = await product.run('decisions', '--since', '1h', '--app', 'wiki', '--limit', '1');
    const { explanation } = await product.run('why', items[0].id);
    assert.match(JSON.stringify(explanation.evidence), /federated:corp/);
    const person = await product.run('person', 'show', 'eve@example.org');
    assert.deepEqual([person.kind, person.links.map(({ subject }) => subject)], ['employee', ['strong']]);
  });

  test('the provider ends its session: the open WebSockets are cut at once', { timeout: HANGS_MS }, async (t) => {
    await page.goto(wiki('/live'));
    await page.locator('#state', { hasText: 'open' }).waitFor();
    const cookie = await cookiesOf(context, wiki());
    const { closed } = await openSocket({ port: product.port, host: HOSTS.wiki, path: '/live', headers: { cookie, origin: new URL(wiki()).origin } });
    const other = await context.newPage();
    await other.goto(`${provider.issuer}/session/end`);
    const began = performance.now();
    await other.getByRole('button', { name: /yes/i }).click();
    const { at } = await closed;
    await page.locator('#state', { hasText: 'closed' }).waitFor();
    await until(() => provider.told.logouts.length > 0, HANGS_MS);
    const [{ status, at: answered }] = provider.told.logouts;
    assert.equal(status, 200);
    t.diagnostic(`the stream ended ${Math.round(at - began)} ms after the click at the provider, ${Math.round(at - answered)} ms after its token was taken`);
    assert.ok(at - answered < AT_ONCE_MS, `the stream ended ${Math.round(at - answered)} ms after the logout token was taken`);
    await other.close();
    assert.equal((await product.run('session', 'list')).items.length, 0);
    const facts = await product.run('fact', 'list', '--kind', 'session', '--since', '1h');
    assert.match(JSON.stringify(facts), /provider_ended/);
  });

  test('a proof that the table does not list is worth less than a passkey, and a passkey makes up for it', async () => {
    await product.run('person', 'link', ADMINISTRATOR, '--provider', 'corp', '--subject', 'weak');
    await withProvider('weak');
    await page.getByRole('heading', { name: 'You cannot open this' }).waitFor();
    await page.getByText('Prove again with your passkey that it is you.').waitFor();
    await page.getByRole('link', { name: 'Prove that it is you' }).click();
    await stepUp(page);
    await page.getByRole('heading', { name: 'welcome' }).waitFor();
    const { items } = await product.run('decisions', '--since', '1h', '--app', 'wiki', '--limit', '20');
    const methods = new Set();
    for (const { id } of items) methods.add(JSON.stringify((await product.run('why', id)).explanation.evidence).match(/federated:corp|passkey/)?.[0]);
    assert.ok(methods.has('federated:corp') && methods.has('passkey'), [...methods].join());
  });

  test('a person who is suspended stays out', async () => {
    await product.run('person', 'suspend', 'eve@example.org', '--reason', 'test');
    await signOut(page, product);
    await context.clearCookies();
    await withProvider('strong');
    await page.getByText('Your account is suspended').waitFor();
  });

  test('withdrawing the provider ends what it started, and its name is never used again', async () => {
    await product.run('provider', 'withdraw', 'corp', '--yes');
    assert.equal((await product.run('session', 'list')).items.length, 0);
    await page.goto(product.url(HOSTS.countersign, '/sign-in'));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Sign in with Example Corp' }).count(), 0);
  });

  test('no code, token or nonce is in the log or in the journal, and no URL of ours keeps one', async () => {
    const ours = urls.filter((url) => new URL(url).hostname.endsWith('.localhost')).map((url) => new URL(url));
    const codes = ours.filter(({ pathname }) => pathname.endsWith('/callback')).map(({ searchParams }) => searchParams.get('code'));
    const theirs = urls.map((url) => new URL(url).searchParams);
    const secrets = [...codes, ...['nonce', 'state', 'code_challenge'].flatMap((name) => theirs.map((all) => all.get(name)))];
    // The gate's own state of a sign-in is a digest, and stands in the journal as such.
    const found = new Set(secrets.filter((secret) => secret && !/^[0-9a-f]{64}$/.test(secret)));
    assert.ok(found.size >= 9, `${found.size} secrets were seen`);
    const journal = JSON.stringify(await product.run('query', 'SELECT kind, body FROM facts'));
    assert.ok(journal.includes('session.federated'), 'the journal was read');
    for (const secret of found) {
      assert.ok(!product.child.said.includes(secret), `the log holds ${secret}`);
      assert.ok(!journal.includes(secret), `the journal holds ${secret}`);
    }
    // Nothing stays in the history where somebody could copy it: the browser ends at an address without parameters of ours.
    const kept = ours.filter(({ pathname, searchParams }) => searchParams.has('code') && !pathname.endsWith('/callback'));
    assert.deepEqual(kept, []);
  });

  test('everything that was recorded comes out the same when it is asked again', async () => {
    assert.ok(await product.replayed() > 0);
  });

  /** Opens the wiki and signs in with this account. */
  async function withProvider(account) {
    provider.told.next = account;
    await page.goto(wiki('/pages/welcome'));
    await page.getByRole('link', { name: 'Sign in with Example Corp' }).click();
    await page.getByRole('button', { name: `Sign in as ${account}` }).click();
    await page.waitForURL((url) => url.hostname.endsWith('.localhost'));
  }
});
