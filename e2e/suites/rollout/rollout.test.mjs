// See README.md beside this file. The steps build on each other, so one failure stops the rest.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { startUp } from '../../harness/countersign.mjs';
import { stub } from '../../harness/http.mjs';
import { Lifetime, until } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol } from '../../harness/person.mjs';

/** How long it may take from the first denial too many until everybody is let in again. */
const BACK_MS = 5000;
const STAGES = [30, 60, 100];
const APP = 'docs.localhost';
const POLICY = 'no-old-pages';
const NAMES = ['ann', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida', 'jan', 'kim', 'leo'];

const guardrail = (pattern) => `@id("${POLICY}")
@owner("security")
@reason("What is below /old is to be read in the archive.")
@review("2099-01-01")
@stage("shadow")
forbid (principal, action, resource in Countersign::Application::"docs")
when { context.item like "${pattern}" };
`;

/** The documented order in which a rollout reaches people: see docs/rollout.md. */
function place(rollout, person) {
  const digest = createHash('sha256').update(`${rollout} ${person}`).digest();
  return Number(digest.readBigUInt64BE(0) % 100n);
}

describe('a guardrail on trial, rolled out by stages', () => {
  const lifetime = new Lifetime();
  const people = [];
  /** Every answer: who asked, where, what came, and during which rollout at what percentage, where that is sure. */
  const answers = [];
  let product, folder, id;

  before(async () => {
    const { port } = await stub(lifetime, (_request, answer) => answer.end('a page'));
    product = await startUp(lifetime, { samples: false });
    await product.run('protect', `http://127.0.0.1:${port}`, '--name', 'docs', '--sensitivity', 'internal');
    const { page, context } = await openBrowser(lifetime);
    const authenticator = await addAuthenticator(page);
    for (const name of NAMES) {
      const email = `${name}@example.org`;
      await context.clearCookies();
      await authenticator.forget();
      const { id } = await product.run('person', 'add', '--name', name, '--email', email);
      await enrol(page, (await product.run('person', 'invite', email)).link);
      await page.goto(product.url(APP));
      people.push({ name, id, cookie: await cookiesOf(context, product.url(APP)) });
    }
    folder = path.join(await lifetime.folder(), 'policies');
    await product.run('policy', 'pull', folder);
  });
  after(() => lifetime.close());

  test('on trial it stops nobody, and the report names whom it would stop', async () => {
    await publish(guardrail('/old*'));
    for (const person of people) assert.equal(await get(person, '/'), 200);
    for (const person of people.slice(0, 2)) assert.equal(await get(person, '/old/page'), 200);
    const { result: shadow } = await product.run('shadow', 'report', '--since', '1h');
    const [found] = shadow.policies;
    assert.deepEqual([found.policy, found.newly_denied.people, found.newly_denied.accesses, found.newly_allowed.accesses], [POLICY, 2, 2, 0]);
    assert.deepEqual(found.applications.map(({ application }) => application), ['docs']);
    assert.deepEqual(new Set(found.changes.map(({ principal }) => principal)), new Set(people.slice(0, 2).map((person) => person.id)));
    assert.match(await product.print('why', found.changes[0].example), new RegExp(`${POLICY} is on trial`));
    assert.match(await product.print('shadow', 'report', '--since', '1h', '--markdown'), new RegExp(`## ${POLICY}`));
  });

  test('what makes no sense is not started', async () => {
    const start = (policy, percent, ...more) =>
      product.fails('rollout', 'start', '--policy', policy, '--percent', percent, '--watch', '1h', '--since', '1h', '--yes', ...more);
    for (const [failed, says] of [
      [await start('signed-in', '5,100'), 'shadow stage'],
      [await start('nonsense', '5,100'), 'no policy nonsense'],
      [await start(POLICY, '25,5,100'), 'more people than the one before'],
      [await start(POLICY, '5,25'), 'end with 100'],
      [await start(POLICY, '5,100', '--halt-if', 'too many'), 'newly denied people > 3'],
    ]) assert.ok(failed.stderr.includes(says), `${says} is not in ${failed.stderr}`);
    assert.deepEqual((await product.run('rollout', 'history')).items, []);
  });

  test('while nothing speaks against it, it takes its stages by itself', async (t) => {
    const rollout = await start('--watch', '5s');
    assert.equal(rollout.halt_if, 'newly denied people > 2', 'as many as the report named are borne');
    const began = performance.now();
    await until(async () => {
      for (const person of people) assert.equal(await get(person, '/'), 200);
      return (await status(rollout.id)).state === 'finished';
    }, 120_000, () => 'it did not finish');
    t.diagnostic(`three stages of 5 s took ${Math.round((performance.now() - began) / 100) / 10} s`);
    const { moves, next } = await status(rollout.id);
    assert.deepEqual(moves.map(({ percent }) => percent), STAGES);
    assert.match(next, /^Take @stage\("shadow"\) out of no-old-pages/);
    for (const person of people) assert.equal(await get(person, '/old/page'), 403);
    const halted = await product.run('rollout', 'halt', rollout.id, '--why', 'the archive is not ready');
    assert.equal(halted.state, 'halted');
    for (const person of people) assert.equal(await get(person, '/old/page'), 200);
  });

  test('it counts for the sample, person by person, and for nobody else', async () => {
    // A dozen people are few: a rollout whose sample says something is drawn, and any other is taken back.
    for (let draw = 0; id === undefined; draw += 1) {
      assert.ok(draw < 100, 'no sample of use was drawn');
      const rollout = await start('--watch', '1h', '--halt-if', `newly denied people > 2`);
      const [few, more] = STAGES.map((percent) => within(rollout.id, percent).length);
      if (few >= 1 && few <= 2 && more >= 4 && more <= people.length - 3) id = rollout.id;
      else await product.run('rollout', 'halt', rollout.id, '--why', 'its sample is of no use to the suite');
    }
    await each(30);
    // Of the stage that follows only those outside are tried here: the others would be too many.
    await product.run('rollout', 'advance', id);
    for (const person of outside(60)) assert.equal(await get(person, '/old/page', 60), 200, person.name);
    assert.equal((await status(id)).percent, 60);
    const reached = within(id, 30)[0];
    assert.equal(await get(reached, '/old/page', 60), 403, 'whoever was reached stays reached');
    const { items } = await product.run('decisions', '--app', 'docs', '--limit', '1');
    assert.match(await product.print('why', items[0].id), new RegExp(`was enforced under rollout ${id}, at 60 percent: the principal is in its sample`));
  });

  test('a burst of denials that nobody expected takes it back by itself', async (t) => {
    const began = performance.now();
    const back = await until(async () => {
      const burst = await Promise.all(people.map((person) => get(person, '/old/page', 60)));
      return burst.every((answer) => answer === 200) && performance.now() - began;
    }, BACK_MS, () => 'people are refused still');
    const rollout = await status(id);
    assert.deepEqual([rollout.state, rollout.percent], ['halted', 0]);
    assert.match(rollout.halted_because, /^\d+ newly denied people at 60 percent, and it halts at more than 2/);
    assert.ok(rollout.newly_denied.people > 2);
    assert.match(await product.print('why', rollout.example), new RegExp(`under rollout ${id}`));
    t.diagnostic(`all were let in again ${Math.round(back)} ms after the burst began; ${rollout.halted_because}`);
    for (const person of people) assert.equal(await get(person, '/old/page'), 200);
  });

  test('nobody outside the sample was ever refused, and nobody elsewhere', () => {
    const staged = answers.filter(({ percent }) => percent !== undefined);
    const refused = staged.filter(({ answer }) => answer !== 200);
    assert.ok(refused.length > 2 && staged.length > 2 * people.length, `${refused.length} of ${staged.length}`);
    for (const { person, percent, at } of refused) {
      assert.ok(place(id, person.id) < percent, `${person.name} was refused at ${percent} percent`);
      assert.equal(at, '/old/page');
    }
    assert.ok(answers.every(({ at, answer }) => at === '/old/page' || answer === 200));
  });

  test('another text of the policy takes a rollout back in the same step', async () => {
    const rollout = await start('--watch', '1h', '--halt-if', 'newly denied people > 100');
    await publish(guardrail('/older*'));
    const { state, halted_because: because } = await status(rollout.id);
    assert.equal(state, 'halted');
    assert.match(because, /the text of no-old-pages was changed/);
    for (const person of people) assert.equal(await get(person, '/old/page'), 200);
  });

  test('all of it comes out the same when it is asked again', async (t) => {
    t.diagnostic(`${await product.replayed()} decisions asked again`);
  });

  async function publish(text) {
    await mkdir(path.join(folder, 'guardrails'), { recursive: true });
    await writeFile(path.join(folder, 'guardrails', 'trial.cedar'), text);
    await product.run('policy', 'publish', folder, '--yes');
  }

  const start = (...more) => product.run(
    'rollout', 'start', '--policy', POLICY, '--percent', STAGES.join(','), '--since', '1h', '--why', 'the suite', '--yes', ...more,
  );
  const status = (rollout) => product.run('rollout', 'status', rollout);
  const within = (rollout, percent) => people.filter((person) => place(rollout, person.id) < percent);
  const outside = (percent) => people.filter((person) => place(id, person.id) >= percent);

  /** Each person goes to `/old` at this percentage, and is answered as the sample says. */
  async function each(percent) {
    for (const person of people) {
      const expected = place(id, person.id) < percent ? 403 : 200;
      assert.equal(await get(person, '/old/page', percent), expected, `${person.name} at ${percent} percent`);
      assert.equal(await get(person, '/', percent), 200, `${person.name} at ${percent} percent`);
    }
  }

  async function get(person, at, percent) {
    const { status: answer } = await product.ask(APP, at, { headers: { cookie: person.cookie, accept: 'application/json' } });
    answers.push({ person, at, answer, percent });
    return answer;
  }
});
