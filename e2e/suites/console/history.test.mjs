// Histories on the pages of things, and the figures of the first page with their trends. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole, settled } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { judge } from './governance.mjs';
import { API, begun, mayRead, personId } from './installation.mjs';

const EVE = 'eve@example.org';
const ADA = 'ada@example.org';

describe('histories and trends in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, eve, ada, device, service;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    heard = complaints(page);
    await product.run('person', 'add', '--name', 'Eve', '--email', EVE);
    await product.run('person', 'add', '--name', 'Ada', '--email', ADA);
    [eve, ada] = [await personId(product, EVE), await personId(product, ADA)];
    await product.run('group', 'add', 'editors', '--purpose', 'write');
    await product.run('group', 'join', 'editors', EVE);
    device = (await product.run('device', 'register', 'Laptop', '--platform', 'Debian', '--managed', '--owner', EVE, '--key-sha256', 'ab'.repeat(32))).id;
    service = (await product.run('service', 'add', 'export', '--owner', EVE, '--purpose', 'exports')).id;
    await product.run('application', 'stage', 'wiki', 'observe');
    // More facts about one person than a page holds.
    for (let n = 0; n < 26; n += 1) {
      await product.run('person', 'suspend', ADA, '--reason', `round ${n}`);
      await product.run('person', 'restore', ADA);
    }
  });
  after(() => lifetime.close());

  const history = () => page.getByRole('region', { name: 'History', exact: true });
  const figures = () => page.getByRole('region', { name: 'Figures and their last 30 days' });

  test('somebody without permission sees neither figures nor histories', async () => {
    await openConsole(page, product);
    assert.equal(await figures().count(), 0);
    const answer = await page.evaluate((at) => fetch(at).then(({ status }) => status), `${API}/facts?about=${eve}`);
    assert.equal(answer, 403);
    assert.equal(await page.evaluate((at) => fetch(at).then(({ status }) => status), `${API}/trends`), 403);
  });

  test('each page shows the facts that name its thing, and no others', async () => {
    await mayRead(product, await lifetime.folder());
    const pages = [
      [`/people/${eve}`, /person\.added/, /group\.added/],
      ['/groups/editors', /group\.member_added[\s\S]*group\.added/, /person\./],
      [`/devices/${device}`, /device\.registered/, /person\./],
      [`/services/${service}`, /service\.added/, /device\./],
      ['/applications/wiki', /application\.staged[\s\S]*application\.declared/, /person\./],
    ];
    for (const [at, says, never] of pages) {
      await openConsole(page, product, at);
      await history().waitFor();
      await settled(page);
      const text = (await history().innerText()).replaceAll('\u200b', '');
      assert.match(text, says, at);
      assert.doesNotMatch(text, never, at);
    }
    // What the history says of somebody leads to their page.
    await openConsole(page, product, '/groups/editors');
    await history().locator(`a[href$="/people/${eve}"]`).first().click();
    await page.getByRole('heading', { name: 'Eve', level: 1 }).waitFor();
  });

  test('earlier facts of a long history are a link away', async () => {
    await openConsole(page, product, `/people/${ada}`);
    await history().waitFor();
    assert.equal(await history().getByRole('row').count(), 51);
    await page.getByRole('link', { name: 'Earlier facts' }).click();
    await page.waitForURL(/\/journal\?.*about=per_/);
    await page.getByRole('region', { name: 'Journal', exact: true }).getByText('person.added').waitFor();
  });

  test('facts are found by time, and a subject that is no id is refused with what would be one', async () => {
    await openConsole(page, product, '/journal?until=2001-01-01T00:00:00Z');
    await page.getByText('Nothing matches.').waitFor();
    await openConsole(page, product, '/journal?about=nonsense');
    const failed = page.locator('[data-state="failed"]');
    await failed.waitFor();
    assert.match(await failed.innerText(), /nonsense.*is no id[\s\S]*group:staff/);
  });

  test('every figure has its trend in words, what it is counted from, and a way to its records', async () => {
    await openConsole(page, product);
    await figures().waitFor();
    await figures().getByText('Managed devices').waitFor();
    const rows = await figures().getByRole('row').allInnerTexts();
    const { figures: known } = await product.run('trends');
    assert.equal(known.length, 24);
    for (const [name, says] of [
      // The installation is new: no day is over, and nothing is made up about those before.
      ['People', /No day is known yet[\s\S]*30 of 30 days are not known/],
      ['Managed devices', /^Managed devices\s+1\s/],
      ['Applications that enforce', /No day is known yet/],
      ['Administrators', /^Administrators\s+1, 1 with a passkey\s+No day is known yet/],
      ['Policies in their shadow stage', /^Policies in their shadow stage\s+5\s/],
      ['Decisions that refused', /By day only[\s\S]*by outcome\. 30 of 30 days are not known/],
      ['Decisions recorded since this start', /Finished files of the evidence/],
    ]) {
      const row = rows.find((text) => text.startsWith(name));
      assert.ok(row, `${name}: ${rows.join('\n')}`);
      assert.match(row, says, name);
    }
    await figures().getByRole('link', { name: 'Managed devices' }).click();
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
  });

  test('a trend is a line with gaps that says in words what it shows', async () => {
    // The installation is younger than a day. The browser is told of days that the server would tell of later.
    const values = [...Array(25).fill(null), 3, 4, null, 6, 7];
    const trends = await product.run('trends');
    for (const figure of trends.figures) figure.values = values;
    await page.route(`**${API}/trends`, (route) => route.fulfill({ json: trends }));
    await openConsole(page, product);
    const line = figures().getByRole('img', { name: /^People: From 3 on \d{4}-\d\d-\d\d to 7 on \d{4}-\d\d-\d\d$/ });
    await line.waitFor();
    assert.equal(await line.locator('polyline').count(), 2, 'the gap is not drawn over');
    assert.match(await figures().innerText(), /26 of 30 days are not known/);
    await judge(page, product, ['/']);
    await page.unroute(`**${API}/trends`);
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    await judge(page, product, ['/', `/people/${eve}`, '/groups/editors', `/devices/${device}`, '/applications/wiki', '/journal?kind=person']);
    assert.deepEqual(heard, []);
  });
});
