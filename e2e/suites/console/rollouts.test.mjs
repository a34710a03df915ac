// The pages of jobs and of rollouts. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { confirm, dialogueOf, judge } from './governance.mjs';
import { begun, HOSTS, mayAdminister, mayRead } from './installation.mjs';

const POLICY = 'unmanaged-read-only';

describe('jobs and rollouts in the console', () => {
  const lifetime = new Lifetime();
  let product, page, heard, folder, rollout, job;

  before(async () => {
    ({ product, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
    await page.goto(product.url(HOSTS.wiki));
  });
  after(() => lifetime.close());

  test('whoever may not read the control plane sees neither jobs nor rollouts', async () => {
    for (const at of ['/jobs', '/rollouts']) {
      await openConsole(page, product, at);
      await page.locator('[data-state="no-permission"]').waitFor();
    }
  });

  test('a job has an address with its result', async () => {
    await mayRead(product, folder);
    await product.run('replay', '--since', '1h');
    await openConsole(page, product, '/jobs');
    const jobs = page.getByRole('region', { name: 'Jobs' });
    assert.match(await jobs.innerText(), /Replay\s+Finished\s+100 percent/);
    assert.equal(await jobs.getByRole('button', { name: 'Stop' }).count(), 0, 'what has ended cannot be stopped');
    await jobs.getByRole('link', { name: 'Replay' }).click();
    await page.getByRole('heading', { name: 'Replay', level: 1 }).waitFor();
    assert.match(await page.getByRole('region', { name: 'Result' }).innerText(), /"kind": "replay"/);
    job = new URL(page.url()).pathname.replace('/console', '');
  });

  test('whoever reads and may not administer sees a rollout, predicted against actual, and is offered no halt', async () => {
    rollout = await product.run(
      'rollout', 'start', '--policy', POLICY, '--percent', '5,100', '--watch', '1h', '--since', '1h', '--why', 'ticket 4711',
      '--yes', '--accept-unknown', 'nobody came yet',
    );
    await openConsole(page, product, '/rollouts');
    const list = page.getByRole('region', { name: 'Rollouts' });
    assert.match(await list.innerText(), /unmanaged-read-only\s+Running\s+5 percent/);
    await list.getByRole('link', { name: POLICY }).click();
    const stages = page.getByRole('region', { name: 'Stages: predicted against actual' });
    assert.match(await stages.innerText(), /5 percent[\s\S]*100 percent[\s\S]*not yet/);
    await page.locator('[data-state="needs"]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Halt' }).count(), 0);
  });

  test('a rollout is halted with a reason, and reaches nobody any more', async () => {
    await mayAdminister(product, folder);
    await openConsole(page, product, `/rollouts/${rollout.id}`);
    const dialogue = await dialogueOf(page, page, 'Halt');
    assert.match(await dialogue.innerText(), /on trial again for everybody at once/);
    await dialogue.getByLabel('Reason, for the record').fill('it stops too many');
    await confirm(dialogue, 'Halt');
    await page.locator('dd').getByText('Halted', { exact: true }).waitFor();
    await page.getByText('it stops too many').first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Halt' }).count(), 0);
    await openConsole(page, product, '/rollouts?active=true');
    await page.getByText('Nothing matches.').waitFor();
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    await judge(page, product, ['/jobs', job, '/rollouts', `/rollouts/${rollout.id}`]);
    assert.deepEqual(heard, []);
  });
});
