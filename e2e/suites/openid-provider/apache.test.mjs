// See README.md beside this file: a relying party that others wrote, in a web server that others wrote.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { freePort, Lifetime, until } from '../../harness/lifetime.mjs';
import { enrol, pressesButtons, signIn, signOut } from '../../harness/person.mjs';
import { declareClient } from './client.mjs';

/** Nobody's user and group of Debian: Apache does not serve as root. */
const NOBODY = { uid: 65534, gid: 65534 };
const TOLD_MS = 60_000;

describe('Apache with mod_auth_openidc', () => {
  const lifetime = new Lifetime();
  let product, page, context, errors, at;

  before(async () => {
    product = await startUp(lifetime);
    const port = await freePort();
    at = `http://127.0.0.1:${port}`;
    const client = await declareClient(product, await lifetime.folder(), {
      name: 'apache', callback: `${at}/protected/callback`, home: `${at}/bye`, logout: `${at}/protected/callback?logout=backchannel`,
    });
    const folder = await lifetime.folder();
    const pages = path.join(folder, 'pages');
    await mkdir(path.join(pages, 'protected'), { recursive: true });
    await writeFile(path.join(pages, 'protected', 'index.html'), '<!doctype html><link rel="icon" href="data:,"><h1>Protected by Apache</h1>');
    await writeFile(path.join(pages, 'bye'), 'bye');
    await mkdir(path.join(folder, 'run'));
    await chmod(folder, 0o755);
    await chmod(path.join(folder, 'run'), 0o777);
    const modules = '/usr/lib/apache2/modules';
    await writeFile(path.join(folder, 'apache.conf'), [
      `ServerRoot ${folder}`, `ServerName 127.0.0.1:${port}`, `Listen 127.0.0.1:${port}`, `PidFile ${folder}/run/pid`, `DefaultRuntimeDir ${folder}/run`,
      `ErrorLog ${folder}/run/errors`, 'LogLevel warn auth_openidc:info',
      ...['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'mime', 'headers', 'auth_openidc'].map((name) => `LoadModule ${name === 'mpm_event' ? 'mpm_event' : name}_module ${modules}/mod_${name}.so`),
      `DocumentRoot ${pages}`, 'DirectoryIndex index.html', 'TypesConfig /etc/mime.types',
      `OIDCProviderMetadataURL ${product.url(HOSTS.countersign, '/.well-known/openid-configuration')}`,
      `OIDCClientID ${client.id}`, `OIDCClientSecret ${client.secret}`, `OIDCRedirectURI ${at}/protected/callback`,
      `OIDCCryptoPassphrase ${randomBytes(24).toString('hex')}`, 'OIDCPKCEMethod S256', 'OIDCScope "openid email"', 'OIDCRemoteUserClaim email',
      'OIDCCookieSameSite On', 'OIDCStateMaxNumberOfCookies 7 true',
      `<Location /protected>`, 'AuthType openid-connect', 'Require valid-user', 'Header always set x-remote-user "expr=%{REMOTE_USER}"', '</Location>',
    ].join('\n'));
    errors = () => readFile(path.join(folder, 'run', 'errors'), 'utf8').catch(() => '');
    const apache = lifetime.process('/usr/sbin/apache2', ['-f', path.join(folder, 'apache.conf'), '-D', 'FOREGROUND'], NOBODY);
    await apache.listens(port);
    ({ page, context } = await openBrowser(lifetime));
    await addAuthenticator(page);
    await pressesButtons(page);
    await enrol(page, product.invitation);
    await signOut(page, product);
  });
  after(() => lifetime.close());

  test('a person signs in on the way to the page, and Apache knows who it is', async () => {
    await page.goto(`${at}/protected/`);
    await signIn(page);
    await page.getByRole('heading', { name: 'Protected by Apache' }).waitFor().catch(async (error) => {
      throw new Error(`${error}\nat ${page.url()}; Apache said:\n${await errors()}`);
    });
    const answer = await page.reload();
    assert.equal(answer.headers()['x-remote-user'], 'admin@countersign.localhost');
    const { items } = await product.run('decisions', '--since', '1h', '--app', 'wiki', '--limit', '10');
    assert.equal(items.length, 2);
  });

  test('Apache drops its session when it is told that ours ended', async () => {
    const [{ id }] = (await product.run('session', 'list')).items;
    await product.run('session', 'revoke', id);
    await until(async () => {
      const answer = await context.request.get(`${at}/protected/`, { maxRedirects: 0 });
      return answer.status() === 302;
    }, TOLD_MS, () => 'Apache still lets the person in');
  });

  test('a page that was not signed in to is not shown', async () => {
    await context.clearCookies();
    await page.goto(`${at}/protected/`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    assert.equal(new URL(page.url()).hostname, HOSTS.countersign);
  });
});
