// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { startUp } from '../../harness/countersign.mjs';
import { stub } from '../../harness/http.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';

const APP = 'docs.localhost';
const OPEN = `
[[resource]]
part = "open"
sensitivity = "internal"
routes = [ { path = "/open/**" } ]
`;

const exception = (policy, expires = new Date(Date.now() + 86_400_000).toISOString()) => `[[exception]]
policy = "${policy}"
person = "ben@example.org"
application = "docs"
owner = "ann@example.org"
authority = "the suite"
reason = "his laptop is in repair"
expires_at = ${expires}
`;

describe('a working folder', () => {
  const lifetime = new Lifetime();
  const people = {};
  let product, folder, first, since;

  before(async () => {
    const { port } = await stub(lifetime, (_request, answer) => answer.end('a page'));
    product = await startUp(lifetime, { samples: false });
    await product.run('protect', `http://127.0.0.1:${port}`, '--name', 'docs', '--sensitivity', 'internal');
    const { page, context } = await openBrowser(lifetime);
    const authenticator = await addAuthenticator(page);
    for (const name of ['ann', 'ben']) {
      const email = `${name}@example.org`;
      await context.clearCookies();
      await authenticator.forget();
      const { id } = await product.run('person', 'add', '--name', name, '--email', email);
      await enrol(page, (await product.run('person', 'invite', email)).link);
      // Signing in ends at the application, which is an access of its own.
      await page.goto(product.url(APP, '/open/begin'));
      people[name] = { id, cookie: await cookiesOf(context, product.url(APP)) };
    }
    await product.run('application', 'stage', 'docs', 'observe');
    await product.run('application', 'label', 'docs', 'confidential');
    folder = path.join(await lifetime.folder(), 'folder');
    await product.run('policy', 'pull', folder, '--settings');
    first = await product.run('policy', 'history');
    // Whoever signs in comes as nobody first, which is another story.
    since = new Date().toISOString();
  });
  after(() => lifetime.close());

  test('what is only observed lets everybody through', async () => {
    for (const name of ['ann', 'ben']) assert.equal(await get(name, '/page'), 200);
    assert.equal(await get('ann', '/open/a'), 200);
    const { result: plan } = await planned();
    assert.deepEqual([plan.files, plan.changes], [[], []], 'what is as it is changes nothing');
  });

  test('the plan names whom enforcing would stop, and nobody whom another route spares', async () => {
    const file = path.join(folder, 'applications', 'docs.toml');
    const text = await readFile(file, 'utf8');
    assert.match(text, /^stage = "observe"$/m);
    await writeFile(file, text.replace('stage = "observe"', 'stage = "enforce"') + OPEN);
    const { result: plan } = await planned();
    assert.deepEqual(plan.files, [{ path: 'applications/docs.toml', change: 'changed' }]);
    assert.deepEqual([plan.newly_denied.people, plan.newly_denied.accesses], [2, 2]);
    const denied = plan.changes.filter(({ direction, enforced }) => direction === 'denied' && enforced);
    assert.deepEqual(new Set(denied.map(({ principal }) => principal)), new Set(Object.values(people).map(({ id }) => id)));
    assert.ok(denied.every(({ by_stage: byStage, resource }) => byStage && resource === 'docs/other'), JSON.stringify(denied));
    assert.equal(plan.renamed, 1, 'of the request below /open');
    const shown = await product.print('plan', folder, '--since', since);
    assert.match(shown, /-stage = "observe"\n\s+\+stage = "enforce"/);
    assert.match(shown, /enforced from then on/);
    assert.match(await product.print('why', denied[0].example), /docs/);
  });

  test('a bound that it exceeds ends with two, and changes nothing', async () => {
    const ended = await product.fails('plan', folder, '--since', since, '--max-newly-denied', '1');
    assert.equal(ended.code, 2, ended.stderr);
    for (const name of ['ann', 'ben']) assert.equal(await get(name, '/page'), 200);
  });

  test('what cannot be is refused by its file or field, and changes nothing', async () => {
    const docs = path.join(folder, 'applications', 'docs.toml');
    const [text, before] = [await readFile(docs, 'utf8'), await so()];
    const labels = path.join(folder, 'labels.toml');
    const exceptions = path.join(folder, 'exceptions.toml');
    for (const [file, content, says] of [
      [labels, '"docs/nowhere" = "public"\n', 'docs declares no part nowhere'],
      [labels, '"docs/open" = "secret"\n', 'labels.toml'],
      [exceptions, exception('managed-device', '2020-01-01T00:00:00Z'), 'is over'],
      [exceptions, exception('managed-device').replace('person = "ben@example.org"\n', ''), 'an exception is for somebody'],
      [exceptions, exception('nonsense'), 'there is no policy nonsense'],
      [docs, text.replace('name = "docs"', 'name = "books"'), 'rename the file to books.toml'],
      [docs, text.replace('hosts = ["docs.localhost"]', 'hosts = ["countersign.localhost"]'), 'is already a host of the application countersign'],
      [docs, 'name = ', 'docs.toml'],
    ]) {
      const good = await readFile(file, 'utf8');
      await writeFile(file, content);
      for (const words of [['plan', folder], ['apply', folder, '--why', 'x', '--yes']]) {
        const ended = await product.fails(...words);
        assert.ok(ended.stderr.includes(says), `${says} is not in ${ended.stderr}${ended.stdout}`);
      }
      await writeFile(file, good);
    }
    assert.deepEqual(await so(), before, 'nothing was changed');
  });

  test('applied, it stops those whom the plan named and does not excuse', async () => {
    const excused = ['managed-device', 'compliant-device', 'fresh-posture'].map((policy) => exception(policy)).join('\n');
    await writeFile(path.join(folder, 'exceptions.toml'), excused);
    const { result: plan } = await planned();
    assert.deepEqual([plan.newly_denied.people, plan.newly_denied.accesses >= 1], [1, true]);
    assert.deepEqual(plan.files.map((file) => file.path), ['applications/docs.toml', 'exceptions.toml']);
    await product.print('apply', folder, '--since', since, '--why', 'the audit asks', '--max-newly-denied', '1', '--yes');
    assert.equal(await get('ann', '/page'), 403);
    assert.equal(await get('ann', '/open/a'), 200);
    assert.equal(await get('ben', '/page'), 200);
    assert.equal((await product.run('exception', 'list')).items.length, 3);
    const { result: again } = await planned();
    assert.deepEqual(again.files, [], 'it is so now');
    const [newest, ...rest] = (await product.run('policy', 'history')).items;
    assert.deepEqual([newest.of, newest.settings, newest.why], ['settings', ['applications/docs.toml', 'exceptions.toml'], 'the audit asks']);
    assert.deepEqual(rest.map(({ version }) => version), first.items.map(({ version }) => version));
  });

  test('it is taken back in one step', async (t) => {
    await product.print('rollback', '--why', 'ann cannot work');
    for (const name of ['ann', 'ben']) assert.equal(await get(name, '/page'), 200);
    assert.deepEqual((await product.run('exception', 'list')).items, []);
    const pulled = path.join(path.dirname(folder), 'again');
    await product.run('policy', 'pull', pulled, '--settings');
    assert.match(await readFile(path.join(pulled, 'applications', 'docs.toml'), 'utf8'), /^stage = "observe"$/m);
    await rm(pulled, { recursive: true });
    t.diagnostic(`${await product.replayed()} decisions asked again`);
  });

  const planned = () => product.run('plan', folder, '--since', since);
  /** Everything that a folder could have changed. */
  const so = () => Promise.all([['policy', 'history'], ['application', 'list'], ['exception', 'list']].map((words) => product.run(...words)));

  async function get(name, at) {
    const { status } = await product.ask(APP, at, { headers: { cookie: people[name].cookie, accept: 'application/json' } });
    return status;
  }
});
