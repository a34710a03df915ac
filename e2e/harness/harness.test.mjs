// The harness itself, with stubs where the product will stand: a suite must be able to trust its tools.

import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { Lifetime } from './lifetime.mjs';
import { ask, openSocket, stub } from './http.mjs';
import { startNodeRed, watchMessages } from './node-red.mjs';
import { startPostgres } from './postgres.mjs';
import { startCaddy, startNginx } from './proxies.mjs';

/** A test with a lifetime of its own. */
function lives(name, body) {
  test(name, async () => {
    const lifetime = new Lifetime();
    try {
      await body(lifetime);
    } finally {
      await lifetime.close();
    }
  });
}

lives('a lifetime closes in reverse, ends its processes and removes its folders', async () => {
  const lifetime = new Lifetime();
  const folder = await lifetime.folder();
  const child = lifetime.process('/bin/sh', ['-c', 'echo ready; exec sleep 600'], { cwd: folder });
  await child.says(/ready/);
  await assert.rejects(child.says(/never/, 50), /it said:\nready/);
  await lifetime.close();
  assert.equal(child.ended, true);
  await assert.rejects(access(folder));
});

lives('a process that ends early is told from one that is slow', async (lifetime) => {
  await assert.rejects(lifetime.process('/bin/sh', ['-c', 'echo no; exit 3']).says(/yes/), /ended before it said/);
  await assert.rejects(lifetime.process('/does/not/exist', []).says(/yes/), /ENOENT/);
});

lives('a refused WebSocket handshake tells its status', async (lifetime) => {
  const { server, port } = await stub(lifetime, (_request, answer) => answer.end('page'));
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'));
  await assert.rejects(openSocket({ port, host: 'wiki.localhost', path: '/live' }), { status: 403 });
});

for (const [name, start] of [['nginx', startNginx], ['caddy', startCaddy]]) {
  lives(`${name} asks the decision point, obeys it, and passes its assertion on`, async (lifetime) => {
    const asked = [];
    const { port: deciding } = await stub(lifetime, (request, answer) => {
      asked.push(request);
      const target = request.headers['x-original-uri'] ?? request.headers['x-forwarded-uri'];
      const signIn = 'http://countersign.localhost/sign-in';
      const [status, headers] = {
        '/open?a=b': [200, { 'x-countersign-assertion': 'signed' }],
        '/private': name === 'nginx' ? [401, { 'x-countersign-sign-in': signIn }] : [302, { location: signIn }],
      }[target] ?? [403, {}];
      answer.writeHead(status, headers).end();
    });
    const { port: upstream } = await stub(lifetime, (request, answer) => {
      const { 'x-countersign-assertion': assertion, 'x-countersign-proxy': token = null } = request.headers;
      answer.end(JSON.stringify({ url: request.url, assertion, token }));
    });
    const decision = { port: deciding, token: 'cst_proxy' };
    const { port } = await start(lifetime, { front: deciding, decision, upstream });
    const via = (path) => ask({ port, host: 'wiki.localhost', path, headers: { 'x-countersign-assertion': 'forged', 'x-countersign-proxy': 'forged' } });

    const open = await via('/open?a=b');
    assert.equal(open.status, 200);
    assert.deepEqual(open.json(), { url: '/open?a=b', assertion: 'signed', token: null });
    assert.equal(asked[0].url.split('?')[0], `/forward-auth/${name}`);
    assert.equal((await via('/closed')).status, 403);
    const redirected = await via('/private');
    assert.equal(redirected.headers.location, 'http://countersign.localhost/sign-in');
    assert.equal(redirected.status, 302);
    assert.deepEqual(asked.map((request) => request.headers['x-countersign-proxy']), Array(3).fill('cst_proxy'));
  });
}

lives('PostgreSQL keeps what was committed over a stop and a start', async (lifetime) => {
  const postgres = await startPostgres(lifetime);
  postgres.query('create table t (n int); insert into t values (7)');
  await postgres.stop();
  assert.throws(() => postgres.query('select 1'));
  await postgres.start();
  assert.equal(postgres.query('select n from t'), '7');
});

lives('Node-RED shows its messages in the browser, over a WebSocket', async (lifetime) => {
  const { port } = await startNodeRed(lifetime);
  const { page } = await openBrowser(lifetime);
  const sockets = await watchMessages(page, `http://127.0.0.1:${port}/`);
  assert.ok(sockets.some((socket) => socket.url().endsWith('/comms')), sockets.map((socket) => socket.url()).join());
});
