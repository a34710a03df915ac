// What the suites of the pages on which people answer for access share: the pages, what they show, and how they are judged.

import assert from 'node:assert/strict';
import { openConsole, viewFindings } from '../../harness/console.mjs';
import { ADMINISTRATOR, API, HOSTS } from './installation.mjs';

const REQUESTER = 'eve@example.org';

/** Asks for grants and opens exceptions, so that the pages have something to show. It needs the person `REQUESTER`. */
export async function populateGovernance(product) {
  const request = (application, reason, span) =>
    product.run('grant', 'request', '--application', application, '--person', REQUESTER, '--reason', reason, '--for', span);
  await request('wiki', 'repair the search', '2h');
  const refused = await request('payroll', 'look at the totals', '1h');
  await product.run('grant', 'refuse', refused.id, '--reason', 'not without a ticket');
  await openException(product, 'managed-device', '3d', 'laptop in repair');
  await openException(product, 'fresh-posture', '90d', 'the agent arrives in spring');
}

/** What only the person at the browser can do: visit an application, which a proof then finds, and propose a command. */
export async function populateByBrowser(product, page) {
  await page.goto(product.url(HOSTS.wiki));
  await product.run('prove', '--since', '1d');
  await openConsole(page, product);
  await page.evaluate((at) => fetch(at, { method: 'PUT' }), `${API}/groups/administrators/members/${REQUESTER}`);
}

/** Opens an exception for `REQUESTER`, and returns it. */
export function openException(product, policy, span, reason) {
  return product.run(
    'exception', 'open', '--policy', policy, '--person', REQUESTER, '--owner', ADMINISTRATOR,
    '--authority', 'CISO, ticket 4711', '--reason', reason, '--for', span,
  );
}

/** Returns the pages, each with a name for its picture. Pages about one thing are there if there is such a thing. */
export async function governancePages(product) {
  const first = async (...words) => (await product.run(...words)).items.at(0)?.id;
  const [grant, proposal, exception] = [
    await first('grant', 'list'), await first('proposal', 'list'), await first('exception', 'list'),
  ];
  const trust = await firstEntry(product);
  return [
    { name: 'grants', at: '/grants' },
    ...(grant ? [{ name: 'grant', at: `/grants/${grant}` }] : []),
    { name: 'proposals', at: '/proposals' },
    ...(proposal ? [{ name: 'proposal', at: `/proposals/${proposal}` }] : []),
    { name: 'exceptions', at: '/exceptions' },
    ...(exception ? [{ name: 'exception', at: `/exceptions/${exception}` }] : []),
    { name: 'register', at: '/register' },
    ...(trust ? [{ name: 'register-entry', at: `/register/entry?${trust}` }] : []),
    { name: 'register-map', at: '/register/map' },
    { name: 'journal', at: '/journal' },
    { name: 'fact', at: '/journal/1' },
    { name: 'ask', at: '/ask' },
  ];
}

/** Returns the parts of the address of the first entry of the register, if it has one. */
async function firstEntry(product) {
  const entry = (await product.run('trust', 'list')).items.at(0);
  if (!entry) return undefined;
  const { cohort, resource, action, item } = entry;
  return new URLSearchParams({ cohort, resource, action, item });
}

/** Opens each page in each view. None may have a serious finding or be wider than the window. */
export async function judge(page, product, pages, views) {
  const found = [];
  for (const at of pages) {
    const lines = await viewFindings(page, () => openConsole(page, product, at), views);
    found.push(...lines.map((line) => `${at} ${line}`));
  }
  assert.deepEqual(found, []);
}

/** Presses a button, and returns the dialogue that it opens. */
export async function dialogueOf(page, within, name) {
  await within.getByRole('button', { name, exact: true }).click();
  const dialogue = page.getByRole('dialog', { name });
  await dialogue.waitFor();
  return dialogue;
}

/** Presses the button of a dialogue that carries the action out, and waits until it was. */
export async function confirm(dialogue, name) {
  await dialogue.getByRole('button', { name, exact: true }).click();
  await dialogue.waitFor({ state: 'detached' });
}
