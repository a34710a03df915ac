// The figures of a day that is over: what was recorded on it, as the first page shows it. See README.md.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { openConsole, settled } from '../../harness/console.mjs';
import { startAgain } from '../../harness/countersign.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { API, begun, HOSTS, mayRead } from './installation.mjs';

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const DAY_MS = 86_400_000;
/** The outcomes of a recorded decision, and the figure that counts each. */
const OUTCOMES = {
  decisions_allowed: ({ effect }) => effect === 'allow',
  decisions_denied: ({ effect, enforced }) => effect === 'deny' && enforced,
  decisions_would_be_denied: ({ effect, enforced }) => effect === 'deny' && !enforced,
};

describe('the figures of a day that is over', () => {
  const lifetime = new Lifetime();
  let product, page, date;

  before(async () => {
    assert.ok(existsSync(FAKETIME), 'libfaketime is not installed: apt-get install libfaketime');
    // The server lives at noon of yesterday, so that everything that it records is of one day.
    const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
    date = new Date(noon).toISOString().slice(0, 10);
    const env = { LD_PRELOAD: FAKETIME, FAKETIME: `${Math.round((noon - Date.now()) / 1_000)}`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    ({ product, page } = await begun(lifetime, { env }));
  });
  after(() => lifetime.close());

  const trend = async (name) => {
    const { days, figures } = await product.run('trends');
    return figures.find(({ figure }) => figure === name).values[days.indexOf(date)] ?? null;
  };

  test('allowed, refused and only observed accesses are recorded on one day', async () => {
    await product.run('application', 'stage', 'payroll', 'observe');
    // Nothing of this browser is managed, so it is refused; what is observed only lets it through.
    await openConsole(page, product);
    assert.equal(await page.evaluate((at) => fetch(at).then(({ status }) => status), `${API}/people`), 403);
    await page.goto(product.url(HOSTS.payroll));
    await mayRead(product, await lifetime.folder());
    await openConsole(page, product);
    await page.getByRole('region', { name: 'Figures and their last 30 days' }).waitFor();
    assert.equal(await product.child.stop(), 0, product.child.said);
  });

  test('a start of today counts each outcome of that day as it was recorded', async () => {
    product = await startAgain(lifetime, product);
    const [since, before] = [`${date}T00:00:00Z`, new Date(Date.parse(date) + DAY_MS).toISOString()];
    const { items } = await product.run('decisions', '--since', since, '--until', before, '--limit', '10000');
    const total = () => trend('decisions');
    await until(async () => (await total()) === items.length, 60_000, () => `${items.length} decisions of ${date} are not counted`);
    for (const [name, counts] of Object.entries(OUTCOMES)) {
      const recorded = items.filter(counts).length;
      assert.ok(recorded > 0, `nothing was recorded for ${name}`);
      assert.equal(await trend(name), recorded, name);
    }
    assert.equal(await trend('administrators'), 1);
    const { policies } = await product.run('policy', 'list');
    const shadow = policies.filter(({ stage }) => stage === 'shadow').length;
    assert.ok(shadow > 0);
    assert.deepEqual(
      await Promise.all(['policies', 'policies_enforced', 'policies_shadow', 'policies_rolling_out'].map(trend)),
      [policies.length, policies.length - shadow, shadow, 0],
    );
  });

  test('the first page says the same, and a day without records is a gap', async () => {
    await page.goto(product.url(HOSTS.countersign, '/console/'));
    // The session of yesterday is over.
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL(({ pathname }) => pathname.startsWith('/console'));
    await openConsole(page, product);
    const figures = page.getByRole('region', { name: 'Figures and their last 30 days' });
    await figures.getByText('Decisions that refused').waitFor();
    await settled(page);
    const rows = await figures.getByRole('row').allInnerTexts();
    for (const [name, figure] of [
      ['Decisions that allowed', 'decisions_allowed'],
      ['Decisions that refused', 'decisions_denied'],
      ['Decisions that would have refused', 'decisions_would_be_denied'],
    ]) {
      const row = rows.find((text) => text.startsWith(name));
      const value = await trend(figure);
      assert.match(row, new RegExp(`${value} a day; ${value} on ${date}[\\s\\S]*29 of 30 days are not known`), name);
    }
    const administrators = rows.find((text) => text.startsWith('Administrators'));
    assert.match(administrators, new RegExp(`1 since ${date} or longer[\\s\\S]*29 of 30 days are not known`));
    await figures.getByRole('link', { name: 'Decisions that refused' }).click();
    await page.getByRole('heading', { name: 'Decisions', level: 1 }).waitFor();
    await settled(page);
    assert.doesNotMatch(await page.getByRole('region', { name: 'Decisions' }).innerText(), /Allowed\s/);
  });
});
