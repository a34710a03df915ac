// The pages of grants and of proposals: what waits for me, what I answer, and what I may not. See README.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { complaints, openConsole, seriousFindings, settled } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { cookiesOf, enrol, pressesButtons } from '../../harness/person.mjs';
import { confirm, dialogueOf, judge } from './governance.mjs';
import { ADMINISTRATOR, API, begun, HOSTS, mayAdminister, mayRead } from './installation.mjs';

const EVE = 'eve@example.org';
const SECOND = 'ben@example.org';

describe('grants and proposals in the console', () => {
  const lifetime = new Lifetime();
  let product, context, page, heard, folder, waits;

  before(async () => {
    ({ product, context, page } = await begun(lifetime));
    folder = await lifetime.folder();
    heard = complaints(page);
    await product.run('person', 'add', '--name', 'Eve', '--email', EVE);
    waits = await request('repair the search');
  });
  after(() => lifetime.close());

  test('whoever may not read approvals is not offered them, and is told what would open them', async () => {
    await openConsole(page, product, '/grants');
    await page.locator('[data-state="no-permission"]').waitFor();
    assert.equal(await page.getByText(EVE).count(), 0);
    const offered = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    assert.ok(!offered.includes('Grants'), offered.join());
  });

  test('whoever reads and may not answer is offered no answer', async () => {
    await mayRead(product, folder);
    await openConsole(page, product, '/grants');
    await page.getByRole('region', { name: 'Grants' }).getByText(EVE).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0);
  });

  test('what waits for me stands on top, and is approved after its consequence was shown', async () => {
    await mayAdminister(product, folder);
    await openConsole(page, product, '/grants');
    const waiting = page.getByRole('region', { name: 'Requests for grants' });
    assert.match(await waiting.innerText(), /repair the search/);
    const dialogue = await dialogueOf(page, waiting, 'Approve');
    assert.match(await dialogue.innerText(), /may administer wiki for 1 hour from now\. They gave as reason: repair the search/);
    await confirm(dialogue, 'Approve');
    await page.getByText('Nothing waits for your answer.').waitFor();
    assert.equal((await grant(waits.id)).state, 'active');
  });

  test('one grant has an address with its history, and is revoked with a reason', async () => {
    await page.getByRole('region', { name: 'Grants' }).getByRole('link', { name: EVE }).click();
    await page.getByRole('heading', { name: `${EVE} at wiki`, level: 1 }).waitFor();
    await settled(page);
    assert.match(await page.getByRole('region', { name: 'History' }).innerText(), /grant\.approved[\s\S]*grant\.requested/);
    const dialogue = await dialogueOf(page, page, 'Revoke');
    await dialogue.getByLabel('Reason, for the record').fill('the work is done');
    await confirm(dialogue, 'Revoke');
    await page.getByText('the work is done').first().waitFor();
    const revoked = await grant(waits.id);
    assert.deepEqual([revoked.state, revoked.answer], ['revoked', 'the work is done']);
    assert.equal(await page.getByRole('button', { name: 'Revoke' }).count(), 0);
  });

  test('a list is filtered by its address', async () => {
    await request('clean up');
    await openConsole(page, product, '/grants?state=revoked');
    const list = page.getByRole('region', { name: 'Grants', exact: true });
    assert.equal(await list.getByRole('row').count(), 2);
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await list.getByText('clean up').waitFor();
    const dialogue = await dialogueOf(page, page.getByRole('region', { name: 'Requests for grants' }), 'Refuse');
    await dialogue.getByLabel('Reason, for the record').fill('not without a ticket');
    await confirm(dialogue, 'Refuse');
    await list.getByText('Refused').waitFor();
  });

  test('a request of somebody whom I added is not mine to approve, and the page says why', async () => {
    const added = await mine('/people', 'POST', { name: 'Mallory', email: 'mallory@example.org', kind: 'employee' });
    assert.equal(added.status, 201, added.text);
    const asked = await request('let me in', 'mallory@example.org');
    await openConsole(page, product, `/grants/${asked.id}`);
    const why = page.locator('[data-state="not-independent"]');
    await why.waitFor();
    assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0);
    await page.getByRole('button', { name: 'Refuse' }).waitFor();
    // What the page says beforehand is what the server says to whoever approves all the same.
    const refused = await mine(`/grants/${asked.id}/approve`, 'POST');
    assert.equal(refused.status, 403, refused.text);
    assert.ok((await why.innerText()).includes(JSON.parse(refused.text).detail), refused.text);
    await openConsole(page, product, '/grants');
    await page.getByText('One more waits for a person who is independent').waitFor();
    assert.equal((await grant(asked.id)).state, 'requested');
  });

  test('what I proposed waits for another person, and I can take it back', async () => {
    const proposal = await propose();
    await openConsole(page, product, '/proposals?state=open');
    const list = page.getByRole('region', { name: 'Proposals' });
    await list.getByRole('link', { name: /put .*eve.* into the group administrators/i }).click();
    await page.getByText('You proposed this. Another person who is independent of you').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Countersign' }).count(), 0);
    assert.equal(new URL(page.url()).pathname, `/console/proposals/${proposal}`);
    const dialogue = await dialogueOf(page, page, 'Take it back');
    await dialogue.getByLabel('Reason, for the record').fill('a mistake');
    await confirm(dialogue, 'Take it back');
    await page.getByText('a mistake').waitFor();
    assert.deepEqual(await members(), [ADMINISTRATOR]);
  });

  test('a second person who is independent reads what it changes and countersigns, and it is carried out', async () => {
    await propose();
    await product.run('person', 'add', '--name', 'Ben', '--email', SECOND, '--group', 'administrators');
    const { link } = await product.run('person', 'invite', SECOND);
    const { page: second } = await openBrowser(lifetime);
    await pressesButtons(second);
    await addAuthenticator(second);
    await enrol(second, link);
    await openConsole(second, product, '/grants');
    const waiting = second.getByRole('region', { name: 'Proposals' });
    await waiting.getByRole('link', { name: /put .*eve/i }).click();
    await second.getByRole('region', { name: 'What it would change' }).getByText(/put .*eve.* into the group administrators/i).waitFor();
    const dialogue = await dialogueOf(second, second, 'Countersign');
    assert.match(await dialogue.innerText(), /It is carried out at once: put .*eve/i);
    await confirm(dialogue, 'Countersign');
    await second.getByText('Countersigned', { exact: true }).waitFor();
    assert.ok((await members()).includes(EVE));
  });

  test('the pages are accessible in both schemes and at both widths, and their policy blocks nothing', async () => {
    await request('once more');
    const [{ id: proposal }] = (await product.run('proposal', 'list')).items;
    await judge(page, product, ['/grants', `/grants/${waits.id}`, '/proposals', `/proposals/${proposal}`]);
    await openConsole(page, product, '/grants');
    const waiting = page.getByRole('region', { name: 'Requests for grants' });
    await dialogueOf(page, waiting.getByRole('row', { name: /once more/ }), 'Refuse');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      assert.deepEqual(await seriousFindings(page), [], `the open dialogue, ${colorScheme}`);
    }
    assert.deepEqual(heard, []);
  });

  const request = (reason, email = EVE) =>
    product.run('grant', 'request', '--application', 'wiki', '--person', email, '--reason', reason, '--for', '1h');

  const grant = async (id) => (await product.run('grant', 'list')).items.find((one) => one.id === id);

  const members = async () =>
    (await product.run('person', 'list')).items.filter(({ groups }) => groups.includes('administrators')).map(({ email }) => email);

  /** A command of the administrator at the browser, sent without the page. */
  async function mine(at, method, body) {
    const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
    const headers = { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
    return product.ask(HOSTS.countersign, `${API}${at}`, { method, headers, body: body && JSON.stringify(body) });
  }

  /** The administrator at the browser wants to make Eve one. */
  async function propose() {
    const answer = await mine(`/groups/administrators/members/${EVE}`, 'PUT');
    const { proposal } = JSON.parse(answer.text);
    assert.ok(proposal, answer.text);
    return proposal;
  }
});
