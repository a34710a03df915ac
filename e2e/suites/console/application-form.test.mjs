// Everything that an application file can say, declared and changed by the form of the console alone. See README.md.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled, viewFindings } from '../../harness/console.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { judge } from './governance.mjs';
import { ADMINISTRATOR, begun, mayAdminister, mayRead } from './installation.mjs';

const CHANGE = '/applications/depot/change';

describe('an application is declared and changed by the form of the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, folder, upstream, received;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
    page.setDefaultTimeout(60_000);
    received = [];
    const depot = http.createServer((request, response) => {
      received.push({ request: `${request.method} ${request.url}`, headers: request.headers });
      if (request.url.endsWith('.pdf')) response.setHeader('content-type', 'application/pdf');
      response.end('in stock');
    });
    await new Promise((resolve) => { depot.listen(0, '127.0.0.1', resolve); });
    lifetime.closing(depot, () => { depot.closeAllConnections(); depot.close(); });
    upstream = `http://127.0.0.1:${depot.address().port}`;
  });
  after(() => lifetime.close());

  test('whoever may not administer is offered no change and no form', async () => {
    await mayRead(product, folder);
    await openConsole(page, product, '/applications/wiki');
    assert.equal(await page.getByRole('link', { name: 'Change', exact: true }).count(), 0);
    await openConsole(page, product, '/applications/wiki/change');
    await page.locator('[data-state="no-permission"]').waitFor();
    assert.equal(await page.getByRole('textbox').count(), 0);
    // The suite may take longer than a proof is fresh for otherwise.
    await mayAdminister(product, folder, 3600);
  });

  test('parts and routes are added by keyboard, and the server says what a request would be', async () => {
    await openConsole(page, product, '/protect');
    await fill('Upstream', upstream);
    await fill('Name', 'depot');
    await fill('Owner', 'Storage');
    await choose(page, 'Sensitivity', 'Internal', 0);
    await press('Add a part');
    // The keyboard goes on in the new part, and then in its new route.
    await page.keyboard.type('admin');
    await choose(part(1), 'Sensitivity', 'Restricted');
    await route(1, 1).getByLabel('Path').fill('/admin/**');
    await route(1, 1).getByLabel('Methods').fill('post, put');
    await choose(route(1, 1), 'Action', 'Administer');
    await press('Add a route: Part 1');
    await page.keyboard.type('/admin/**');
    await press('Add a part');
    await page.keyboard.type('reports');
    await route(2, 1).getByLabel('Path').fill('/admin/reports/*');

    await meaning('POST', '/admin/users', 'POST /admin/users: Administer on depot/admin (Restricted).');
    await meaning('GET', '/admin/reports/7', 'GET /admin/reports/7: Read on depot/admin (Restricted).');
    // The first route that matches gives the part, so the order is what has to change.
    await press('Up: Part 2');
    await until(async () => (await focused()) === 'reports', 30_000, () => 'the keyboard does not stay in the part that was moved');
    await meaning('GET', '/admin/reports/7', 'GET /admin/reports/7: Read on depot/reports (Internal).');
    await meaning('GET', '/elsewhere', 'GET /elsewhere: Read on depot/other (Internal).');
    await page.getByLabel('Path of the request').fill('/ADMIN/users');
    await errorAt(page.getByLabel('Path of the request'), /the gate refuses this request: the path differs from a known route only in the case/);
    await page.getByLabel('Path of the request').fill('');
  });

  test('what the server refuses is said at the field, also in the rows, and the keyboard is led there', async () => {
    const refusedAt = async (field, faulty, says, right) => {
      await field.fill(faulty);
      await show();
      await errorAt(field, says);
      const isLed = () => field.evaluate((element) => element === document.activeElement);
      await until(isLed, 30_000, () => `the keyboard is not led to the field of ${faulty}`);
      await field.fill(right);
    };
    await refusedAt(part(2).getByLabel('Name of the part'), 'The admin', /"The admin" is not the name of a part\. What to do: write lower-case/, 'reports');
    await show();
    await errorAt(part(2).getByLabel('Name of the part'), /"reports" is declared twice/);
    await part(2).getByLabel('Name of the part').fill('admin');
    await refusedAt(route(2, 2).getByLabel('Path'), 'admin', /"admin" is not a route path: begin with \//, '/admin/**');
    await refusedAt(route(2, 1).getByLabel('Methods'), 'GET;POST', /"GET;POST" is not an HTTP method/, 'POST, PUT');
    await page.getByRole('radio', { name: 'Exactly these' }).check();
    await refusedAt(page.getByLabel('Names of the headers'), 'x-forwarded-for', /written by the gate itself/, 'X-CSRF-Token');
    await refusedAt(page.getByLabel('Download types'), 'pdf', /"pdf" is not a media type\. What to do: write type\/subtype/, 'application/pdf');
    await refusedAt(page.getByLabel('Assertion header'), 'X Who', /is not a header name in lower case/, 'x-who');
    await press('Add a name');
    await show();
    await errorAt(operation(1).getByLabel('Name that the client sends'), /operations is empty\. What to do: write the name that the client sends/);
    await operation(1).getByLabel('Name that the client sends').fill('can_edit');
    await choose(operation(1), 'Action', 'Write');
    await press('Add a name');
    await page.keyboard.type('can_edit');
    await show();
    await errorAt(operation(2).getByLabel('Name that the client sends'), /An earlier one has this name/);
    assert.equal(await page.locator('[data-state="preview"]').count(), 0);
    await press('Remove: Name 2');
    const isAtAdding = () => page.evaluate(() => document.activeElement.textContent === 'Add a name');
    await until(isAtAdding, 30_000, () => 'the keyboard is lost with the row');
  });

  test('the file says what the form says, and the command line takes it unchanged', async () => {
    const file = await saved('depot.toml');
    const dry = await product.run('application', 'add', '--file', file, '--dry-run', '--new');
    const meant = await product.run('application', 'meaning', 'depot', 'PUT', '/admin/users', '--file', file);
    assert.deepEqual([meant.resource, meant.action, meant.sensitivity], ['depot/admin', 'administer', 'restricted']);
    await show();
    const preview = page.locator('[data-state="preview"]');
    assert.match(await preview.innerText(), /These requests mean the part admin: POST,PUT \/admin\/\*\* \(administer\), \/admin\/\*\*\./);
    await preview.getByRole('button', { name: 'Put it behind the gate' }).click();
    await page.getByRole('heading', { name: 'First accesses of depot', level: 1 }).waitFor();
    const { declared } = await product.run('application', 'show', 'depot');
    assert.deepEqual(declared, dry.declared, 'the form and the file declare different things');
    assert.deepEqual(declared, {
      title: 'depot', owner: 'Storage', hosts: ['depot.localhost'], upstream, stage: 'observe', sensitivity: 'internal',
      assertion_header: 'x-who', download_types: ['application/pdf'], operations: { can_edit: 'write' }, request_headers: ['x-csrf-token'],
      resources: [
        { part: 'reports', routes: [{ path: '/admin/reports/*' }] },
        {
          part: 'admin', sensitivity: 'restricted',
          routes: [{ methods: ['POST', 'PUT'], path: '/admin/**', action: 'administer' }, { path: '/admin/**' }],
        },
      ],
    });
  });

  test('a request through the gate is decided by the route, with the headers and the downloads that were declared', async () => {
    const headers = { 'x-csrf-token': 'abc', 'x-requested-with': 'tests' };
    await product.ask('depot.localhost', '/admin/users', { method: 'POST', headers });
    await product.ask('depot.localhost', '/admin/reports/7.pdf');
    const decided = async () => {
      const { items } = await product.run('decisions', '--application', 'depot');
      return items.map(({ operation, item, resource, action, sensitivity }) => [operation, item, resource, action, sensitivity].join(' ')).toSorted();
    };
    await until(async () => (await decided()).length === 3, 30_000, async () => `decided is ${await decided()}`);
    assert.deepEqual(await decided(), [
      'GET /admin/reports/7.pdf depot/reports download internal',
      'GET /admin/reports/7.pdf depot/reports read internal',
      'POST /admin/users depot/admin administer restricted',
    ]);
    const { headers: arrived } = received.find(({ request }) => request === 'POST /admin/users');
    assert.equal(arrived['x-csrf-token'], 'abc');
    assert.equal(arrived['x-requested-with'], undefined, 'a header that is not declared arrived');
  });

  test('the form of what is declared has all of it, and declaring it again changes nothing', async () => {
    await openConsole(page, product, '/applications/depot');
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    await page.getByRole('heading', { name: 'Change depot', level: 1 }).waitFor();
    await settled(page);
    assert.equal(await page.getByRole('textbox', { name: 'Name', exact: true }).count(), 0, 'a name cannot be changed');
    await page.getByRole('region', { name: 'The application file' }).getByText('Comments of a file that you keep are not in it').waitFor();
    const { version } = await product.run('application', 'show', 'depot');
    const again = await product.run('application', 'add', '--file', await saved('depot.toml'));
    assert.equal(again.version, version);
    await show();
    const preview = page.locator('[data-state="preview"]');
    await preview.getByText('Nothing changes: this is what is declared.').waitFor();
    assert.equal(await preview.getByRole('button', { name: 'Change', exact: true }).count(), 0);
    await preview.getByRole('button', { name: 'Back' }).click();
  });

  test('what the policies would decide about a request is said for a person', async () => {
    await openConsole(page, product, CHANGE);
    const person = page.getByRole('textbox', { name: 'Who asks' });
    const decided = page.locator('[data-state="decided"]');
    await page.getByLabel('Path of the request').fill('/admin/reports/7');
    await person.fill('nobody@example.org');
    await errorAt(person, /nobody@example\.org/);
    assert.equal(await decided.count(), 0);
    await person.fill(ADMINISTRATOR);
    await decided.getByText('For Administrator', { exact: true }).waitFor();
    // No policy is about the depot yet, and it is only observed.
    const says = async (pattern) => until(async () => pattern.test(await decided.innerText()), 30_000, async () => decided.innerText());
    await says(/They cannot[\s\S]*Stopped by: [\s\S]*nothing permits it[\s\S]*only observed/);
    const { items } = await product.run('what-can', '--person', ADMINISTRATOR, '--app', 'depot', '--item', '/admin/reports/7');
    const { actions } = items.find(({ resource }) => resource === 'depot/reports');
    assert.equal(actions.find(({ action }) => action === 'read').class, 'never');
    // A part that is only typed is unknown to the policies.
    await press('Add a part');
    await page.keyboard.type('vault');
    await route(3, 1).getByLabel('Path').fill('/vault/*');
    await page.getByLabel('Path of the request').fill('/vault/1');
    await says(/depot\/vault is not declared yet/);
    await openConsole(page, product, CHANGE);
  });

  test('a route is added the next day: what changes is shown, and nothing else does', async () => {
    await press('Add a route: Part 1');
    await page.keyboard.type('/exports/**');
    await choose(route(1, 2), 'Action', 'Download');
    await show();
    assert.deepEqual(await changes(), [
      ['Part reports', 'As the application; /admin/reports/*', 'As the application; /admin/reports/*; /exports/** (download)'],
    ]);
    const { declared: untouched } = await product.run('application', 'show', 'depot');
    assert.equal(untouched.resources[0].routes.length, 1, 'it was declared before it was confirmed');
    await confirm();
    const { declared } = await product.run('application', 'show', 'depot');
    untouched.resources[0].routes.push({ path: '/exports/**', action: 'download' });
    assert.deepEqual(declared, untouched);
    const { resource, action } = await product.run('application', 'meaning', 'depot', 'GET', '/exports/a/b');
    assert.deepEqual([resource, action], ['depot/reports', 'download']);
  });

  test('what somebody else changed meanwhile is shown, and neither change is lost', async () => {
    await openConsole(page, product, CHANGE);
    await fill('Title', 'The depot');
    await fill('Owner', 'Storage and sales');
    await show();
    await page.locator('[data-state="preview"]').waitFor();
    // After it was shown, and before it is confirmed.
    await product.run('application', 'stage', 'depot', 'enforce');
    await page.locator('[data-state="preview"]').getByRole('button', { name: 'Change', exact: true }).click();
    const outdated = page.locator('[data-state="changed-meanwhile"]');
    await outdated.getByText('Enforced').waitFor();
    assert.equal((await product.run('application', 'show', 'depot')).declared.title, 'depot');
    await outdated.getByRole('button', { name: 'Go on with both changes' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Title', exact: true }).inputValue(), 'The depot');

    // Before it is shown: another part, and the same field.
    const file = await saved('theirs.toml');
    const { declared } = await product.run('application', 'show', 'depot');
    await writeFile(file, theirs(declared));
    await product.run('application', 'add', '--file', file);
    await show();
    await outdated.getByText('Logistics').waitFor();
    await outdated.getByRole('button', { name: 'Go on with both changes' }).click();
    const both = page.locator('[data-state="changed-by-both"]');
    assert.match(await both.innerText(), /Owner: theirs is “Logistics”/);
    assert.doesNotMatch(await both.innerText(), /Title/);
    await show();
    assert.deepEqual(await changes(), [['Title', 'depot', 'The depot'], ['Owner', 'Logistics', 'Storage and sales']]);
    await confirm();
    const kept = (await product.run('application', 'show', 'depot')).declared;
    assert.deepEqual([kept.title, kept.owner, kept.stage], ['The depot', 'Storage and sales', 'enforce']);
    assert.deepEqual(kept.resources.map(({ part: name }) => name), ['reports', 'admin', 'gates'], 'the part that somebody else added is lost');
  });

  test('a label that was set later is said at the part, since it counts', async () => {
    await product.run('application', 'label', 'depot/reports', 'confidential');
    await openConsole(page, product, CHANGE);
    await part(1).getByText('It was labelled later: Confidential.').waitFor();
    await meaning('GET', '/exports/a', 'GET /exports/a: Download on depot/reports (Confidential).');
    await openConsole(page, product, '/applications/depot');
    const row = page.getByRole('region', { name: 'Parts' }).getByRole('row').filter({ hasText: 'reports' });
    assert.match(await row.innerText(), /Confidential/);
  });

  test('a change of what is not there, and of the control plane itself, is refused', async () => {
    await openConsole(page, product, '/applications/nowhere/change');
    await page.locator('[data-state="failed"]').getByText(/there is no application nowhere/).waitFor();
    await openConsole(page, product, '/applications/countersign/change');
    await fill('Title', 'Mine');
    await show();
    await page.locator('[data-state="failed"]').getByText(/countersign is the control plane itself/).waitFor();
  });

  test('the form is accessible in both schemes and at every width, and its policy blocks nothing', async () => {
    await judge(page, product, [CHANGE], [['light', 360], ['light', 1280], ['dark', 360], ['dark', 1280], ['light', 2560], ['dark', 2560]]);
    const opened = async () => {
      await openConsole(page, product, CHANGE);
      await route(1, 1).getByLabel('Path').fill('no path');
      await show();
      await errorAt(route(1, 1).getByLabel('Path'), /is not a route path/);
      await press('Add a name');
    };
    assert.deepEqual(await viewFindings(page, opened, [['light', 360], ['dark', 1280]]), []);
    assert.deepEqual(heard, []);
  });

  const fill = (label, text) => page.getByRole('textbox', { name: label, exact: true }).fill(text);
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const show = () => press('Show what changes');
  const part = (place) => page.getByRole('group', { name: `Part ${place}`, exact: true });
  const route = (at, place) => part(at).getByRole('group', { name: `Route ${place}`, exact: true });
  const operation = (place) => page.getByRole('group', { name: `Name ${place}`, exact: true });
  const focused = () => page.evaluate(() => document.activeElement.value);

  async function choose(within, label, option) {
    await within.getByRole('combobox', { name: label, exact: true }).or(within.getByRole('textbox', { name: label, exact: true })).first().click();
    await page.getByRole('option', { name: option, exact: true }).click();
  }

  /** Looks a request up, and waits for this answer. */
  async function meaning(method, at, says) {
    await page.getByLabel('Method of the request').fill(method);
    await page.getByLabel('Path of the request').fill(at);
    await page.locator('[data-state="meaning"]').getByText(says, { exact: true }).waitFor();
  }

  /** Returns the rows of what changes: field, before, after. */
  async function changes() {
    const rows = page.locator('[data-state="preview"]').getByRole('row');
    await rows.nth(1).waitFor();
    return (await Promise.all((await rows.all()).map((row) => row.getByRole('cell').allInnerTexts()))).slice(1);
  }

  /** Confirms what is shown, and waits for the page of the application. */
  async function confirm() {
    await page.locator('[data-state="preview"]').getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByText('Application', { exact: true }).waitFor();
    await settled(page);
  }

  /** Saves the file that the page shows, and returns where. */
  async function saved(name) {
    const [download] = await Promise.all([page.waitForEvent('download'), press('Download')]);
    const at = path.join(folder, name);
    await download.saveAs(at);
    return at;
  }

  /** Waits until a field has an error of this kind, which a reader of screens is told with it. */
  async function errorAt(field, says) {
    await page.waitForFunction((element) => element.getAttribute('aria-invalid') === 'true', await field.elementHandle());
    const described = await field.evaluate((element) =>
      (element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
    assert.match(described, says);
  }

  /** The file of a declaration to which somebody else added a part, with another owner. */
  function theirs(declared) {
    const text = JSON.stringify;
    const routes = ({ routes: of }) => of.map(({ methods = [], path: at, action }) =>
      `{ methods = ${text(methods)}, path = ${text(at)}${action ? `, action = ${text(action)}` : ''} }`).join(', ');
    const parts = [...declared.resources, { part: 'gates', routes: [{ path: '/gates/**' }] }].map((of) =>
      `[[resource]]\npart = ${text(of.part)}\n${of.sensitivity ? `sensitivity = ${text(of.sensitivity)}\n` : ''}routes = [${routes(of)}]\n`);
    const { title, hosts, stage, sensitivity, assertion_header, download_types, request_headers } = declared;
    const plain = { name: 'depot', title, owner: 'Logistics', hosts, upstream, stage, sensitivity, assertion_header, download_types, request_headers };
    const lines = Object.entries(plain).map(([field, value]) => `${field} = ${text(value)}\n`);
    return [...lines, '[operations]\ncan_edit = "write"\n', ...parts].join('');
  }
});
