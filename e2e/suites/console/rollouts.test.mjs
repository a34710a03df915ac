// The pages of jobs and of rollouts. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, openConsole } from '../../harness/console.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf } from '../../harness/person.mjs';
import { confirm, dialogueOf, judge } from './governance.mjs';
import { begun, HOSTS, mayAdminister, mayRead } from './installation.mjs';
import { longPlan, putOnTrial, shortPlan, solvers, solverThatNeverAnswers, TRIAL } from './jobs.mjs';

describe('jobs and rollouts in the console', () => {
  const lifetime = new Lifetime();
  let product, context, page, heard, folder, rollout, started, job;

  before(async () => {
    folder = await lifetime.folder();
    process.env.PATH = `${await solverThatNeverAnswers(folder)}:${process.env.PATH}`;
    ({ product, context, page } = await begun(lifetime));
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

  test('a long job says how far it is, and is stopped from its page with what it had begun', async () => {
    const long = await longPlan(page);
    assert.ok(long.id, JSON.stringify(long));
    await openConsole(page, product, `/jobs/${long.id}`);
    await page.getByText('Running', { exact: true }).waitFor();
    await until(async () => (await solvers(folder)).length > 0, 30_000, () => 'no solver was begun');
    const dialogue = await dialogueOf(page, page, 'Stop');
    await confirm(dialogue, 'Stop');
    await page.getByText('Running', { exact: true }).waitFor({ state: 'detached' });
    await until(async () => (await solvers(folder)).length === 0, 30_000, () => 'the solver goes on');
    await openConsole(page, product, '/jobs');
    assert.equal(await page.getByRole('region', { name: 'Jobs' }).getByRole('button', { name: 'Stop' }).count(), 0);
  });

  test('whoever reads and may not administer sees a rollout, predicted against actual, and is offered no halt', async () => {
    // The policy must not stop the administrator's own changes: chance decides who is in the sample of 5 percent.
    await putOnTrial(product, await lifetime.folder());
    rollout = await product.run(
      'rollout', 'start', '--policy', TRIAL, '--percent', '5,100', '--watch', '1h', '--since', '1h', '--why', 'ticket 4711',
      '--yes', '--accept-unknown', 'nobody came yet',
    );
    await openConsole(page, product, '/rollouts');
    const list = page.getByRole('region', { name: 'Rollouts' });
    assert.match(await list.innerText(), /no-old-pages\s+Running\s+5 percent/);
    await list.getByRole('link', { name: TRIAL }).click();
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

  test('a rollout is started from a finished plan: its stages are shown first, and the sample shown is the one started', async () => {
    const plan = await shortPlan(page);
    await openConsole(page, product, `/plans/${plan.id}`);
    await page.locator('[data-state="plan"]').waitFor();
    const dialogue = await dialogueOf(page, page, 'Start a rollout');
    await dialogue.getByLabel('Policy').first().click();
    await page.getByRole('option', { name: TRIAL, exact: true }).click();
    await dialogue.getByLabel('Stages in percent').fill('50, 25, 100');
    await dialogue.getByLabel('Halts if').fill('newly denied people > 2');
    await dialogue.getByLabel('Reason, for the record').fill('ticket 4712');
    const accept = dialogue.getByLabel('Why you accept what is not known');
    if ((await accept.count()) > 0) await accept.fill('nobody came yet');
    const show = dialogue.getByRole('button', { name: 'Show what changes' });
    await show.click();
    // Stages that do not ascend are refused by name, and nothing is started.
    const refused = dialogue.locator('[data-state="failed"]');
    await refused.waitFor();
    assert.match(await refused.innerText(), /reaches more people than the one before it/);
    await dialogue.getByLabel('Stages in percent').fill('25, 100');
    await show.click();
    const preview = dialogue.locator('[data-state="preview"]');
    assert.match(await preview.innerText(), /enforced for 25 percent of people at once[\s\S]*newly denied people > 2[\s\S]*25 percent[\s\S]*100 percent/);
    assert.equal((await product.run('rollout', 'list')).items.length, 0, 'a preview starts nothing');
    await dialogue.getByRole('button', { name: 'Start a rollout', exact: true }).click();
    // What changes a guardrail takes two people: it is proposed, and starts once a second one countersigned.
    const proposed = dialogue.locator('[data-state="proposed"]');
    await proposed.waitFor();
    assert.equal((await product.run('rollout', 'list')).items.length, 0);
    await product.run('proposal', 'countersign', (await proposed.getByRole('link').getAttribute('href')).split('/').at(-1), '--yes');
    const [running] = (await product.run('rollout', 'list')).items;
    assert.deepEqual([running.policy, running.percents, running.state], [TRIAL, [25, 100], 'running']);
    assert.match(running.why, /ticket 4712/);
    started = running.id;
    await openConsole(page, product, `/rollouts/${started}`);
  });

  test('the page of a rollout has predicted against actual over time, as a chart and as a table', async () => {
    await page.getByRole('img', { name: /^Chart: newly denied people over time/ }).locator('canvas').waitFor();
    await page.getByText('It halts at more than 2 newly denied people.').waitFor();
    await page.getByText('The same as a table: one moment').click();
    const table = page.getByRole('region', { name: 'Newly denied people over time' });
    assert.match(await table.innerText(), /25 percent\s+0/);
    // Everybody is reached now, also the person at this browser.
    await product.run('rollout', 'advance', started);
    await page.getByText('The same as a table: 2 moments').waitFor();
    const cookie = await cookiesOf(context, product.url(HOSTS.wiki));
    const stopped = await product.ask(HOSTS.wiki, '/old/page', { headers: { cookie } });
    assert.equal(stopped.status, 403, stopped.text);
    await page.getByText('At 100 percent so far, it newly denied one person.').waitFor();
    await page.getByText('The same as a table: 3 moments').waitFor();
    assert.match(await table.innerText(), /100 percent\s+1/);
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    await judge(page, product, ['/jobs', job, '/rollouts', `/rollouts/${rollout.id}`, `/rollouts/${started}`]);
    assert.deepEqual(heard, []);
  });
});
