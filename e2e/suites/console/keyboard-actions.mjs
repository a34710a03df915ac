// The actions of the console, with how a keyboard alone gets there and carries it out. `from` names the source files and
// how many of their actions a row covers: `keyboard.test.mjs` compares that with the sources.

import assert from 'node:assert/strict';
import { until } from '../../harness/lifetime.mjs';
import { ADMINISTRATOR, HOSTS, personId } from './installation.mjs';
import { TRIAL } from './jobs.mjs';
import { manyLeave } from './leavers.mjs';
import { NAMESAKE, STAFF } from './pages.mjs';

const REASON = 'Reason, for the record';
const EVE = 'eve@example.org';
const WIKI = 'applications/wiki.cedar';
const ANSWER_MS = 30_000;
const POLICY_TEST = `[[test]]
name = "an employee reads the wiki"
given = { person = {}, action = "read", resource = "wiki/pages", sensitivity = "internal" }
expect = "deny"
`;

const button = (within, name) => within.getByRole('button', { name, exact: true });
const region = (page, name) => page.getByRole('region', { name, exact: true });
const field = (within, name) => within.getByRole('textbox', { name, exact: false });
const gone = (locator) => locator.waitFor({ state: 'detached' });

/** Carries out an action that asks for nothing more than perhaps a reason. */
async function act({ keys }, opener, label, reason) {
  const dialogue = await keys.dialogue(opener, label);
  if (reason) await keys.write(field(dialogue, REASON), reason);
  await keys.confirm(dialogue, label);
}

/** Goes from a filled form to what it says will happen. */
async function show({ keys }, dialogue) {
  await keys.use(button(dialogue, 'Show what changes'));
  await dialogue.locator('[data-state="preview"]').waitFor();
}

/** Gives a reason, and one to accept what a plan does not know, if it does not know everything. */
async function reasons({ keys }, dialogue) {
  await keys.write(field(dialogue, REASON), 'by keyboard');
  const accept = field(dialogue, 'Why you accept what is not known');
  if ((await accept.count()) > 0) await keys.write(accept, 'the installation is new');
}

/** Writes a text into an editor, which leaves it by Tab. */
async function edit({ keys }, editor, text) {
  await keys.reach(editor);
  await keys.press('Control+End');
  await keys.insert(text);
}

const frame = [
  {
    does: 'the palette opens by its keys and by its button, gives the focus back at Escape, and opens a page',
    from: { 'shell/Shell.tsx': 1 },
    async by({ keys, page, product }) {
      await keys.open(product, '/groups');
      const search = page.getByPlaceholder('Search the pages');
      const opener = page.getByRole('button', { name: 'Go to a page' });
      await keys.use(opener);
      await search.waitFor();
      await keys.press('Escape');
      await gone(search);
      await until(() => opener.evaluate((element) => element === document.activeElement), ANSWER_MS, () => 'the palette keeps the focus');
      await keys.press('Control+k');
      // It is shown before it has the focus: what is typed in between goes nowhere.
      await until(() => search.evaluate((element) => element === document.activeElement), ANSWER_MS, () => 'the palette does not take the focus');
      await keys.insert('Devices');
      // The list begins anew, with nothing chosen, when it has been searched.
      const dialogue = page.getByRole('dialog');
      await gone(dialogue.getByText('Groups', { exact: true }));
      const chosen = dialogue.locator('[data-selected]').filter({ hasText: 'Devices' });
      const isChosen = async () => {
        if ((await chosen.count()) === 0) await keys.press('ArrowDown');
        return (await chosen.count()) > 0;
      };
      await until(isChosen, ANSWER_MS, () => 'no key chooses the page that was found');
      await keys.press('Enter');
      await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
      await until(() => page.evaluate(() => document.activeElement.id === 'content'), ANSWER_MS, () => 'a new page does not begin at its content');
    },
  },
  {
    does: 'the navigation opens a page',
    from: {},
    async by({ keys, page, product }) {
      await keys.open(product, '/');
      await keys.use(page.getByRole('navigation').getByRole('link', { name: 'People', exact: true }));
      await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    },
  },
  {
    does: 'the colours are chosen',
    from: { 'shell/Shell.tsx': 1 },
    async by({ keys, page, product }) {
      await keys.open(product, '/groups');
      const scheme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
      await keys.use(page.getByRole('button', { name: /^Colours/ }));
      await page.getByRole('menuitem', { name: 'Light' }).waitFor();
      // The menu holds the focus once it is open.
      await until(() => page.getByRole('menu').evaluate((menu) => menu.contains(document.activeElement)), ANSWER_MS);
      const dark = page.getByRole('menuitem', { name: 'Dark' });
      for (let at = 0; at < 4 && !(await dark.evaluate((item) => item === document.activeElement)); at += 1) await keys.press('ArrowDown');
      await keys.press('Enter');
      await until(async () => (await scheme()) === 'dark', ANSWER_MS);
      await page.getByRole('menu').waitFor({ state: 'detached' });
    },
  },
  {
    does: 'in a narrow window the list of pages opens, and a page in it',
    from: { 'shell/Shell.tsx': 1 },
    async by({ keys, page, product }) {
      await page.setViewportSize({ width: 360, height: 900 });
      await keys.open(product, '/groups');
      await keys.use(page.getByRole('button', { name: 'Open the list of pages' }));
      await keys.use(page.getByRole('navigation').getByRole('link', { name: 'People', exact: true }));
      await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Open the list of pages' }).waitFor();
      await page.setViewportSize({ width: 1280, height: 900 });
    },
  },
];

const lists = [
  {
    does: 'a list is searched, filtered, sorted and shown whole again, and a row is opened',
    from: {},
    async by({ keys, page, product }) {
      await keys.open(product, '/people');
      const list = region(page, 'People');
      await keys.write(page.getByRole('searchbox', { name: 'Name, address or alias' }), 'example');
      await keys.press('Enter');
      await page.waitForURL(/q=example/);
      await keys.choose(page.getByRole('combobox', { name: 'Kind' }), 'Contractor');
      await page.waitForURL(/kind=contractor/);
      await list.getByText('Ada Lovelace').waitFor({ state: 'detached' });
      await keys.use(button(list, 'Sort by Name'));
      await page.waitForURL(/sort=name/);
      await keys.keeps();
      await keys.use(button(page, 'Clear the filters'));
      await list.getByText('Ada Lovelace').waitFor();
      await keys.keeps();
      await keys.use(list.getByRole('link', { name: 'Eve Moneypenny' }));
      await page.getByRole('heading', { name: 'Eve Moneypenny', level: 1 }).waitFor();
    },
  },
  {
    does: 'a list goes on to its next page and back, and a moment says its UTC',
    from: {},
    async by({ keys, page, product }) {
      await keys.open(product, '/decisions');
      await keys.use(button(page, 'Next page'));
      await page.waitForURL(/cursor=/);
      await keys.keeps();
      await keys.use(button(page, 'First page'));
      await page.waitForURL((url) => !url.searchParams.has('cursor'));
      await keys.keeps();
      const moment = region(page, 'Decisions').locator('time').first();
      await keys.reach(moment);
      const exact = page.getByRole('tooltip').getByText(/UTC$/);
      await exact.waitFor();
      const utc = await exact.textContent();
      // The list may have got a new first row meanwhile.
      const focused = page.locator('time:focus');
      const described = () => focused.evaluate((element) => document.getElementById(element.getAttribute('aria-describedby'))?.textContent);
      await until(async () => (await described()) === utc, ANSWER_MS, () => `the moment is not described by ${utc}`);
      await keys.press('Escape');
      await exact.waitFor({ state: 'detached' });
      await until(async () => !(await focused.getAttribute('aria-describedby')), ANSWER_MS, () => 'the moment is described still');
    },
  },
];

const people = [
  {
    does: 'a person is suspended and restored',
    from: { 'pages/people/PersonDetail.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, `/people/${await personId(product, EVE)}`);
      await act(kit, button(page, 'Suspend'), 'Suspend', 'on leave');
      await button(page, 'Restore').waitFor();
      assert.equal((await product.run('person', 'show', EVE)).suspended_because, 'on leave');
      await act(kit, button(page, 'Restore'), 'Restore');
      await button(page, 'Suspend').waitFor();
      assert.equal((await product.run('person', 'show', EVE)).standing, 'active');
    },
  },
  {
    does: 'somebody joins a group and leaves it',
    from: { 'pages/groups/GroupDetail.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/groups/editors');
      const dialogue = await keys.dialogue(button(page, 'Add a member'), 'Add a member');
      await keys.write(dialogue.getByRole('textbox'), 'grace@example.org');
      await keys.confirm(dialogue, 'Add a member');
      const grace = region(page, 'Members').getByRole('row').filter({ hasText: 'grace@example.org' });
      await act(kit, button(grace, 'Take out'), 'Take out');
      await gone(grace);
    },
  },
  {
    does: 'a source is declared, and withdrawn',
    from: { 'pages/sources/SourcesList.tsx': 1, 'pages/sources/SourceDetail.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/sources');
      const dialogue = await keys.dialogue(button(page, 'Declare a source'), 'Declare a source');
      await keys.write(dialogue.getByRole('textbox', { name: 'Name' }), 'payroll');
      await keys.write(dialogue.getByRole('textbox', { name: 'Title' }), 'Payroll');
      await keys.write(dialogue.getByRole('textbox', { name: 'Purpose' }), 'says who is paid');
      await keys.write(dialogue.getByRole('textbox', { name: 'Owner' }), ADMINISTRATOR);
      await keys.write(dialogue.getByLabel('To be imported within'), '24');
      await show(kit, dialogue);
      await keys.confirm(dialogue, 'Declare a source');
      await region(page, 'Sources').getByRole('row').filter({ hasText: 'payroll' }).filter({ hasText: 'Overdue' }).waitFor();
      await keys.open(product, '/sources/payroll');
      await act(kit, button(page, 'Withdraw'), 'Withdraw');
      await page.getByText('there is no source payroll').waitFor();
    },
  },
  {
    does: 'a source suspends more people than its bound, once their number is confirmed',
    from: { 'pages/sources/PeopleWhoLeft.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      const source = await manyLeave(product);
      await keys.open(product, `/sources/${source}`);
      const left = region(page, 'People who left');
      await left.getByRole('row').filter({ hasText: 'lia@example.org' }).filter({ hasText: 'Active still' }).waitFor();
      await act(kit, button(page, 'Suspend these 2 people'), 'Suspend these 2 people');
      await left.getByRole('row').filter({ hasText: 'lia@example.org' }).filter({ hasText: 'Suspended' }).waitFor();
      await page.getByText('2 people are suspended').waitFor();
    },
  },
  {
    does: 'more of the members of a group of a directory are shown',
    from: { 'pages/inventory/NodeDetail.tsx': 1 },
    async by({ keys, page, product }) {
      await keys.open(product, `/inventory/node?source=people&key=${encodeURIComponent(STAFF)}`);
      const last = region(page, 'Relations that lead to it').getByRole('row').filter({ hasText: 'user59' });
      assert.equal(await last.count(), 0);
      await keys.use(button(page, 'Show more'));
      await last.waitFor();
    },
  },
  {
    does: 'the next page of who can reach a group is shown, and the first again',
    from: { 'pages/access/WhoReachesWhat.tsx': 2 },
    async by({ keys, page, product }) {
      await keys.open(product, `/access?question=who-can&source=people&node=${encodeURIComponent(STAFF)}`);
      const row = (name) => region(page, 'Who can reach what').getByRole('row').filter({ hasText: name });
      await row('user00').first().waitFor();
      await keys.use(button(page, 'Next page'));
      await row('user59').first().waitFor();
      await keys.use(button(page, 'First page'));
      await row('user00').first().waitFor();
    },
  },
  {
    does: 'a finding is accepted, and reopened',
    from: { 'pages/findings/FindingDetail.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      const { items } = await product.run('finding', 'list');
      await keys.open(product, `/findings/${items[0].id}`);
      const dialogue = await keys.dialogue(button(page, 'Accept'), 'Accept');
      await keys.write(field(dialogue, REASON), 'needed in spring');
      await show(kit, dialogue);
      await keys.confirm(dialogue, 'Accept');
      await page.getByText('needed in spring').first().waitFor();
      await act(kit, button(page, 'Reopen'), 'Reopen', 'mended');
      await page.getByText('Accepted until').waitFor({ state: 'detached' });
    },
  },
  {
    does: 'findings leave as a file, and the settings by which they were found are shown',
    from: { 'pages/findings/FindingExports.tsx': 2 },
    async by({ keys, page, product }) {
      await keys.open(product, '/findings');
      const leaving = page.waitForEvent('download');
      await keys.use(button(page, 'Save as a table (CSV)'));
      assert.equal((await leaving).suggestedFilename(), 'findings.csv');
      await keys.keeps();
      await keys.use(button(page, 'Settings in force'));
      await region(page, 'Settings in force').waitFor();
    },
  },
  {
    does: 'an access is kept with one press, and another revoked with a reason',
    from: { 'pages/reviews/ReviewInbox.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/reviews/inbox');
      const row = (name) => page.getByRole('row').filter({ hasText: name });
      await keys.use(button(page, 'Keep: user00, staff'));
      await gone(row('user00'));
      await act(kit, button(row('user01'), 'Revoke'), 'Revoke', 'she left the team');
      await gone(row('user01'));
    },
  },
  {
    does: 'an access review is opened after a preview, closed, and its report saved',
    from: { 'pages/reviews/ReviewList.tsx': 1, 'pages/reviews/ReviewDetail.tsx': 3 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/reviews');
      const label = 'Open an access review';
      const dialogue = await keys.dialogue(button(page, label), label);
      await keys.write(field(dialogue, 'Title'), 'Everybody in the directory');
      await keys.write(field(dialogue, 'Where'), 'people');
      await keys.write(field(dialogue, 'Fallback'), ADMINISTRATOR);
      await show(kit, dialogue);
      await dialogue.getByText('It asks about 60 accesses.').waitFor();
      await keys.confirm(dialogue, label);
      await page.getByRole('link', { name: 'Everybody in the directory' }).waitFor();
      const { items } = await product.run('review', 'list');
      await keys.open(product, `/reviews/${items[0].id}`);
      await act(kit, button(page, 'Close'), 'Close');
      await keys.use(button(page, 'Report (JSON)'));
      await page.getByText('It is the report that was sealed.').waitFor();
      await keys.use(button(page, 'Report (CSV)'));
      await page.getByText('It is the report that was sealed.').waitFor();
    },
  },
  {
    does: 'an account is linked, the decision is undone, and it is kept apart from one candidate',
    from: { 'pages/identities/Decide.tsx': 3 },
    async by(kit) {
      const { keys, page, product } = kit;
      const row = region(page, 'Accounts to decide about').getByRole('row').filter({ hasText: 'bmiller' });
      await keys.open(product, '/identities/queue');
      await row.waitFor();
      await act(kit, button(row, 'Link').first(), 'Link', 'by keyboard');
      await gone(row);
      await keys.open(product, `/identities/one?source=apps&key=${encodeURIComponent(NAMESAKE)}`);
      await act(kit, button(page, 'Undo the decision'), 'Undo the decision', 'by keyboard');
      await page.getByText('there is no identity of apps').waitFor();
      await keys.open(product, '/identities/queue');
      await row.waitFor();
      await act(kit, button(row, 'Not the same').first(), 'Not the same', 'by keyboard');
      const left = async () => (await button(row, 'Not the same').count()) < 2;
      await until(left, ANSWER_MS, () => 'both candidates are left');
    },
  },
  {
    does: 'a token is revoked',
    from: { 'pages/services/ServiceDetail.tsx': 1 },
    async by(kit) {
      const { keys, page, product, known } = kit;
      await keys.open(product, `/services/${known.service}`);
      await act(kit, button(region(page, 'Tokens'), 'Revoke'), 'Revoke');
      await page.getByText('It has no token.').waitFor();
    },
  },
  {
    does: 'an application is only observed, and enforced again',
    from: { 'pages/applications/ApplicationDetail.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/applications/wiki');
      await act(kit, button(page, 'Only observe'), 'Only observe');
      await act(kit, button(page, 'Enforce'), 'Enforce');
      await button(page, 'Only observe').waitFor();
    },
  },
  {
    does: 'an application is protected: its form is filled, shown, and put behind the gate',
    from: { 'pages/protect/': 1 },
    async by({ keys, page, product }) {
      await keys.open(product, '/protect');
      await keys.write(field(page, 'Upstream'), 'http://127.0.0.1:9');
      await keys.write(page.getByRole('textbox', { name: /^Name/ }), 'keyboard');
      await keys.write(page.getByRole('textbox', { name: /^Owner/ }), 'security');
      await keys.use(button(page, 'Show what changes'));
      await page.locator('[data-state="preview"]').waitFor();
      await keys.keeps();
      await keys.use(button(page, 'Put it behind the gate'));
      await page.getByRole('heading', { name: 'First accesses of keyboard', level: 1 }).waitFor();
      assert.equal((await product.run('application', 'show', 'keyboard')).declared.stage, 'observe');
    },
  },
];

const answers = [
  {
    does: 'a request for a grant is approved, and the grant is revoked',
    from: { 'pages/grants/GrantActions.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/grants');
      await act(kit, button(region(page, 'Requests for grants').getByRole('row').nth(1), 'Approve'), 'Approve');
      const { id } = (await product.run('grant', 'list')).items.find(({ state }) => state === 'active');
      await keys.open(product, `/grants/${id}`);
      await act(kit, button(page, 'Revoke'), 'Revoke', 'the work is done');
      await page.getByText('the work is done').first().waitFor();
    },
  },
  {
    does: 'a request for a grant is refused',
    from: { 'pages/grants/GrantActions.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      const { id } = await product.run('grant', 'request', '--application', 'wiki', '--person', EVE, '--reason', 'once more', '--for', '1h');
      await keys.open(product, `/grants/${id}`);
      await act(kit, button(page, 'Refuse'), 'Refuse', 'not without a ticket');
      await page.getByText('not without a ticket').first().waitFor();
    },
  },
  {
    does: 'a proposal is countersigned, and one\u2019s own is taken back',
    from: { 'pages/grants/ProposalActions.tsx': 2 },
    async by(kit) {
      const { keys, page, product, proposes } = kit;
      await keys.open(product, '/proposals?state=open');
      await keys.use(region(page, 'Proposals').getByRole('link', { name: /into the group administrators/ }));
      await page.getByText('You proposed this.').waitFor();
      await act(kit, button(page, 'Take it back'), 'Take it back', 'a mistake');
      await page.getByText('a mistake').first().waitFor();
      await keys.open(product, `/proposals/${await proposes('ada@example.org')}`);
      await act(kit, button(page, 'Countersign'), 'Countersign');
      await page.getByText('Countersigned', { exact: true }).waitFor();
      await keys.open(product, `/proposals/${await proposes(EVE)}`);
      await act(kit, button(page, 'Refuse'), 'Refuse', 'too many');
      await page.getByText('too many').first().waitFor();
    },
  },
  {
    does: 'an exception is opened, and ended',
    from: { 'pages/exceptions/ExceptionList.tsx': 1, 'pages/exceptions/EndException.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/exceptions');
      const dialogue = await keys.dialogue(button(page, 'Open an exception'), 'Open an exception');
      await keys.choose(dialogue.getByRole('combobox', { name: 'Guardrail' }), 'compliant-device');
      await keys.write(dialogue.getByRole('textbox', { name: 'Person' }), EVE);
      await keys.write(dialogue.getByRole('textbox', { name: 'Application' }), 'wiki');
      await keys.write(dialogue.getByRole('textbox', { name: 'Owner' }), ADMINISTRATOR);
      await keys.write(dialogue.getByRole('textbox', { name: 'Authority' }), 'CISO');
      await keys.write(field(dialogue, REASON), 'by keyboard');
      await keys.write(dialogue.getByRole('textbox', { name: 'Ends after (days)' }), '3');
      await show(kit, dialogue);
      await keys.confirm(dialogue, 'Open an exception');
      const row = region(page, 'Exceptions').getByRole('row').filter({ hasText: 'compliant-device' });
      await act(kit, button(row, 'End'), 'End', 'not needed');
      await gone(row);
    },
  },
  {
    does: 'an entry of the register gets an owner, and is documented',
    from: { 'pages/register/Entry.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/register?item=place&application=wiki');
      await keys.use(region(page, 'Implicit trust').getByRole('link').first());
      const owned = await keys.dialogue(button(page, 'Assign an owner'), 'Assign an owner');
      await keys.write(field(owned, 'Owner'), ADMINISTRATOR);
      await show(kit, owned);
      await keys.confirm(owned, 'Assign an owner');
      await page.getByText('Owned', { exact: true }).waitFor();
      const documented = await keys.dialogue(button(page, 'Document'), 'Document');
      await keys.write(field(documented, 'Owner'), ADMINISTRATOR);
      await keys.write(field(documented, 'Authority'), 'risk board');
      await keys.write(field(documented, REASON), 'by keyboard');
      await show(kit, documented);
      await keys.use(button(documented, 'Back'));
      await keys.write(field(documented, 'Authority'), 'the risk board');
      await show(kit, documented);
      await keys.confirm(documented, 'Document');
      await page.getByText('the risk board').first().waitFor();
    },
  },
];

const changes = [
  {
    does: 'a file is added and formatted, its fault is gone to, and it is removed again',
    from: { 'pages/policies/AddFile.tsx': 1, 'pages/policies/FileEditor.tsx': 2, 'pages/policies/DraftCheck.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/change');
      await keys.write(field(page, 'Path of the new file'), 'guardrails/keyboard.cedar');
      await keys.press('Enter');
      const editor = page.getByRole('textbox', { name: 'Text of guardrails/keyboard.cedar' });
      await editor.waitFor();
      await keys.keeps();
      const rule = '@id("keyboard") @owner("security") @reason("r") @review("2030-01-01") forbid(principal,action,resource)';
      await edit(kit, editor, rule);
      const found = page.locator('[data-state="found"]').getByRole('button').first();
      await keys.use(found);
      await until(() => editor.evaluate((element) => element === document.activeElement), ANSWER_MS, () => 'the line is not gone to');
      await keys.press('Control+End');
      await keys.insert(' when { false };\n');
      await keys.use(button(page, 'Format'));
      await until(async () => /forbid \(/.test(await editor.innerText()), ANSWER_MS, () => 'it is not formatted');
      await keys.keeps();
      await keys.use(button(page, 'Remove this file'));
      await page.getByText('You changed nothing yet.').waitFor();
    },
  },
  {
    does: 'a file is chosen and changed, the change of it is taken back, and the whole change is discarded',
    from: { 'pages/policies/FileEditor.tsx': 1, 'pages/policies/Yours.tsx': 3 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/change');
      const file = page.getByRole('combobox', { name: 'File' }).or(page.getByRole('textbox', { name: 'File', exact: true })).first();
      await keys.choose(file, WIKI);
      const editor = page.getByRole('textbox', { name: `Text of ${WIKI}` });
      await edit(kit, editor, '// one\n');
      await keys.use(button(page, 'Take back the change of this file'));
      await page.getByText('You changed nothing yet.').waitFor();
      await keys.keeps();
      await edit(kit, editor, '// two\n');
      const discard = region(page, 'What you change').getByRole('button', { name: 'Discard the whole change' });
      await keys.use(discard);
      const asked = page.getByRole('alert').filter({ hasText: 'Everything that you changed here is lost' });
      await keys.use(button(asked, 'Cancel'));
      await keys.keeps();
      await keys.use(discard);
      await keys.use(button(asked, 'Discard the whole change'));
      await page.getByText('You changed nothing yet.').waitFor();
    },
  },
  {
    does: 'the tests of the policies are run, and one is gone to',
    from: { 'pages/policies/DraftTests.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/change');
      await keys.write(field(page, 'Path of the new file'), 'tests/keyboard.toml');
      await keys.press('Enter');
      const editor = page.getByRole('textbox', { name: 'Text of tests/keyboard.toml' });
      await edit(kit, editor, POLICY_TEST);
      await keys.use(button(page, 'Run the tests'));
      const tests = page.getByRole('region', { name: 'Tests', exact: true }).first();
      await keys.use(tests.getByRole('button', { name: /^tests\/keyboard\.toml, line/ }).first());
      await until(() => editor.evaluate((element) => element === document.activeElement), ANSWER_MS, () => 'the test is not gone to');
      await keys.use(button(page, 'Remove this file'));
      await page.getByText('You changed nothing yet.').waitFor();
    },
  },
  {
    does: 'an invalid set is refused, and its fault is gone to; a change is rehearsed and published',
    from: { 'pages/policies/ChangePolicies.tsx': 2, 'pages/policies/ApplyPlan.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, `/change?file=${encodeURIComponent(WIKI)}`);
      const editor = page.getByRole('textbox', { name: `Text of ${WIKI}` });
      const rehearse = page.getByRole('button', { name: /^Rehearse/ });
      await edit(kit, editor, 'nonsense here;\n');
      await keys.use(rehearse);
      const invalid = page.locator('[data-state="invalid"]');
      await invalid.waitFor();
      await keys.keeps();
      await keys.use(invalid.getByRole('button').first());
      await until(() => editor.evaluate((element) => element === document.activeElement), ANSWER_MS, () => 'the fault is not gone to');
      await keys.use(button(page, 'Take back the change of this file'));
      await edit(kit, editor, '// by keyboard\n');
      await keys.use(rehearse);
      await page.locator('[data-state="plan"]').waitFor();
      await keys.keeps();
      const dialogue = await keys.dialogue(button(page, 'Apply'), 'Apply');
      await reasons(kit, dialogue);
      await show(kit, dialogue);
      await keys.confirm(dialogue, 'Apply');
      await page.locator('[data-state="applied"]').waitFor();
    },
  },
  {
    does: 'whoever was overtaken by another goes on from what is in force',
    from: { 'pages/policies/Conflict.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, `/change?file=${encodeURIComponent(WIKI)}`);
      await edit(kit, page.getByRole('textbox', { name: `Text of ${WIKI}` }), '// mine\n');
      await kit.publishes('applications/payroll.cedar', '// theirs\n');
      await keys.use(page.getByRole('button', { name: /^Rehearse/ }));
      const conflict = page.locator('[data-state="conflict"]');
      await keys.use(button(conflict, 'Go on from what is in force now'));
      await gone(conflict);
      await keys.keeps();
      await keys.use(button(page, 'Take back the change of this file'));
      await page.getByText('You changed nothing yet.').waitFor();
    },
  },
  {
    does: 'an earlier version is put in force again',
    from: { 'pages/policies/RollBack.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/versions');
      const rows = region(page, 'Versions of the policies').getByRole('row');
      const dialogue = await keys.dialogue(button(rows.nth(2), 'Roll back'), 'Roll back');
      await keys.write(field(dialogue, REASON), 'back by keyboard');
      await show(kit, dialogue);
      await keys.confirm(dialogue, 'Roll back');
      await rows.nth(1).getByText('back by keyboard').waitFor();
    },
  },
  {
    does: 'a rollout is started from a plan, goes on to its next stage, and is halted',
    from: { 'pages/rollouts/StartRollout.tsx': 1, 'pages/rollouts/RolloutDetail.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, `/plans/${kit.plan}`);
      const dialogue = await keys.dialogue(button(page, 'Start a rollout'), 'Start a rollout');
      await keys.choose(dialogue.getByRole('combobox', { name: 'Policy' }), TRIAL);
      await keys.write(dialogue.getByRole('textbox', { name: 'Stages in percent' }), '25, 100');
      await reasons(kit, dialogue);
      await show(kit, dialogue);
      await keys.use(button(dialogue, 'Start a rollout'));
      // What changes a guardrail takes two people.
      const link = dialogue.locator('[data-state="proposed"]').getByRole('link');
      const proposal = (await link.getAttribute('href')).split('/').at(-1);
      await keys.use(link);
      await page.getByText('You proposed this.').waitFor();
      await product.run('proposal', 'countersign', proposal, '--yes');
      const [{ id }] = (await product.run('rollout', 'list')).items;
      await keys.open(product, `/rollouts/${id}`);
      const next = await keys.dialogue(button(page, 'Begin the next stage'), 'Begin the next stage');
      await keys.use(button(next, 'Begin the next stage'));
      const waits = await next.locator('[data-state="proposed"]').getByRole('link').getAttribute('href');
      await keys.press('Escape');
      await gone(next);
      await keys.keeps();
      await product.run('proposal', 'countersign', waits.split('/').at(-1), '--yes');
      await page.getByText('At 100 percent so far').waitFor();
      await act(kit, button(page, 'Halt'), 'Halt', 'by keyboard');
      await page.locator('dd').getByText('Halted', { exact: true }).waitFor();
    },
  },
  {
    does: 'a job is stopped',
    from: { 'pages/jobs/StopJob.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      const { id } = await kit.longPlan();
      await keys.open(product, `/jobs/${id}`);
      await act(kit, button(page, 'Stop'), 'Stop');
      await page.getByText('Running', { exact: true }).waitFor({ state: 'detached' });
    },
  },
  {
    does: 'a rehearsal is stopped',
    from: { 'pages/policies/PlanRun.tsx': 1 },
    async by(kit) {
      const { keys, page, product } = kit;
      const { id } = await kit.longPlan();
      await keys.open(product, `/plans/${id}`);
      await keys.use(button(page, 'Stop'));
      await page.getByText('The rehearsal was stopped.').waitFor();
    },
  },
];

const records = [
  {
    does: 'decisions are followed, paused, and followed again',
    from: { 'pages/decisions/Following.tsx': 2 },
    async by({ keys, page, product }) {
      await keys.open(product, '/live');
      await page.getByText('Following decisions.').waitFor();
      await keys.use(button(page, 'Pause'));
      await page.getByText('Paused.').waitFor();
      await keys.keeps();
      await keys.use(button(page, 'Go on'));
      await page.getByText('Following decisions.').waitFor();
    },
  },
  {
    does: 'a decision is asked again with other evidence, and the changes are undone',
    from: { 'pages/decisions/DecisionDetail.tsx': 1, 'pages/decisions/ItemEntry.tsx': 2, 'pages/decisions/AskAgain.tsx': 1 },
    async by({ keys, page, product }) {
      await keys.open(product, `/decisions?application=wiki&person=${ADMINISTRATOR}`);
      await keys.use(region(page, 'Decisions').getByRole('link', { name: 'Why' }).first());
      await page.getByRole('heading', { level: 1 }).filter({ hasText: ' wiki' }).waitFor();
      await keys.use(button(page, 'Ask again with \u2026'));
      await region(page, 'As it was recorded').waitFor();
      await keys.keeps();
      await keys.reach(page.getByLabel('Device', { exact: true }));
      await keys.press('ArrowDown');
      await region(page, 'With one change').waitFor();
      await keys.keeps();
      await keys.use(button(page, 'Undo the change of: Device'));
      await page.getByText('Nothing is changed yet.').waitFor();
      await keys.keeps();
      const age = page.getByLabel('Seconds since the proof', { exact: true });
      await keys.write(age, '7200');
      await region(page, 'With one change').waitFor();
      await keys.use(button(page, 'Undo all changes'));
      await page.getByText('Nothing is changed yet.').waitFor();
      await keys.keeps();
      // A value that is offered beside a field: it takes a device to have reported.
      await keys.reach(page.getByLabel('Device', { exact: true }));
      await keys.press('ArrowDown');
      await region(page, 'With one change').waitFor();
      await keys.use(button(page, 'never reported'));
      await region(page, 'With 2 changes').waitFor();
      await keys.keeps();
      assert.match(decodeURIComponent(page.url()), /posture_age=never/);
      // A choice that a label draws has no size of its own to wait for.
      await keys.reach(button(page, 'Undo all changes'));
      await keys.step('Shift+Tab');
      await until(() => page.getByLabel('As they were').evaluate((radio) => radio === document.activeElement), ANSWER_MS);
      await keys.press('ArrowRight');
      await region(page, 'With the policies of today').waitFor();
      await keys.keeps();
      await keys.reach(button(page, 'Undo all changes'));
      assert.match(page.url(), /policies=now/);
    },
  },
  {
    does: 'the single changes that would turn an answer are shown, one is made, and they are hidden',
    from: { 'pages/decisions/SingleChanges.tsx': 2 },
    async by({ keys, page, product }) {
      const { items } = await product.run('decisions', '--effect', 'allow', '--person', ADMINISTRATOR);
      await keys.open(product, `/decisions/${items.find(({ resource }) => resource === 'countersign/control').id}`);
      await keys.use(button(page, 'Ask again with \u2026'));
      await region(page, 'As it was recorded').waitFor();
      const single = region(page, 'Single changes');
      await keys.use(button(single, 'Which single changes would turn the answer?'));
      await single.locator('[data-state="tried"]').waitFor();
      await keys.keeps();
      await keys.use(single.getByRole('button', { name: /^Change: / }).first());
      await region(page, 'With one change').and(page.locator('[data-effect="deny"]')).waitFor();
      await keys.keeps();
      await keys.use(button(single, 'Hide the single changes'));
      await single.locator('[data-state="tried"]').waitFor({ state: 'detached' });
      await keys.keeps();
    },
  },
  {
    does: 'the journal is verified, and its facts leave as a file',
    from: { 'pages/journal/Journal.tsx': 4 },
    async by({ keys, page, product }) {
      await keys.open(product, '/journal');
      const dialogue = await keys.dialogue(button(page, 'Verify the journal'), 'Verify the journal');
      await keys.use(button(dialogue, 'Verify the journal'));
      await dialogue.locator('[data-state="verified"]').waitFor();
      await keys.keeps();
      await keys.use(button(dialogue, 'Close'));
      await gone(dialogue);
      await keys.keeps();
      const leaving = page.waitForEvent('download');
      await keys.use(button(page, 'These facts as CSV'));
      assert.equal((await leaving).suggestedFilename(), 'facts.csv');
    },
  },
  {
    does: 'the evidence is verified',
    from: { 'pages/journal/EvidenceVerification.tsx': 2 },
    async by({ keys, page, product }) {
      await keys.open(product, '/journal');
      const dialogue = await keys.dialogue(button(page, 'Verify the evidence'), 'Verify the evidence');
      await dialogue.locator('[data-state="verified"]').waitFor();
      await keys.use(button(dialogue, 'Close'));
      await gone(dialogue);
    },
  },
  {
    does: 'a question is asked, stopped, answered, taken away as a file, saved, chosen and removed',
    from: { 'pages/ask/Ask.tsx': 3, 'pages/ask/SavedQuestions.tsx': 3 },
    async by({ keys, page, product }) {
      await keys.open(product, '/ask');
      const editor = page.getByRole('textbox', { name: 'Question in SQL' });
      await keys.write(editor, 'SELECT sum(a.sequence + b.sequence * c.sequence % (d.sequence + e.sequence) + f.sequence) FROM facts a, facts b, facts c, facts d, facts e, facts f');
      await keys.press('Control+Enter');
      await keys.use(button(page, 'Stop'));
      await page.getByText('You stopped the question.').waitFor();
      await keys.keeps();
      await keys.write(editor, 'SELECT 42 AS answer');
      await keys.use(button(page, 'Ask'));
      await region(page, 'Result').first().waitFor();
      await keys.keeps();
      const leaving = page.waitForEvent('download');
      await keys.use(button(page, 'Save as CSV'));
      assert.equal((await leaving).suggestedFilename(), 'answer.csv');
      const saved = region(page, 'Saved questions');
      await keys.write(saved.getByRole('textbox', { name: 'Name' }), 'the answer');
      await keys.use(button(saved, 'Save this question'));
      await keys.use(button(saved, 'the answer'));
      await keys.use(button(saved, 'Remove the answer'));
      await saved.getByText('You saved no question in this browser.').waitFor();
    },
  },
  {
    does: 'a column is put into a question',
    from: { 'pages/ask/Tables.tsx': 1 },
    async by({ keys, page, product }) {
      await keys.open(product, '/ask');
      const tables = region(page, 'Tables');
      await keys.use(tables.locator('summary').filter({ hasText: 'facts' }).first());
      await keys.use(button(tables, 'Put stated_by into the question'));
      await page.getByRole('textbox', { name: 'Question in SQL' }).getByText('stated_by').waitFor();
    },
  },
];

const sessions = [
  {
    does: 'another session of mine is ended, and every session of a person',
    from: { 'pages/home/Home.tsx': 1, 'pages/people/PersonDetail.tsx': 1 },
    async by(kit) {
      const { keys, page, product, context } = kit;
      await context.clearCookies();
      await page.goto(product.url(HOSTS.countersign, '/console/'));
      await keys.use(button(page, 'Sign in with a passkey'));
      await page.waitForURL('**/console/**');
      await keys.open(product, '/');
      const mine = region(page, 'My sessions');
      const count = await button(mine, 'End').count();
      assert.ok(count > 0, 'there is another session');
      await act(kit, button(mine, 'End').first(), 'End');
      await until(async () => (await button(mine, 'End').count()) === count - 1, ANSWER_MS);
      await keys.open(product, `/people/${await personId(product, 'ben@example.org')}`);
      await act(kit, button(page, 'End all sessions'), 'End all sessions');
      await page.getByText('They are not signed in anywhere.').waitFor();
    },
  },
  {
    does: 'whoever ends their own session in the list signs in again where they are, by keyboard',
    from: { 'pages/sessions/SessionsList.tsx': 1, 'shell/ProofDialogue.tsx': 2 },
    async by(kit) {
      const { keys, page, product } = kit;
      await keys.open(product, '/sessions');
      const dialogue = await keys.dialogue(button(region(page, 'Sessions'), 'End').first(), 'End');
      await keys.use(button(dialogue, 'End'));
      const asked = page.getByRole('dialog', { name: 'Your session has ended' });
      await asked.waitFor();
      await until(() => asked.evaluate((element) => element.contains(document.activeElement)), ANSWER_MS, () => 'the dialogue has no focus');
      await keys.reach(button(asked, 'Not now'));
      await keys.use(button(asked, 'Sign in with a passkey'));
      await gone(asked);
      await region(page, 'Sessions').getByText(ADMINISTRATOR).first().waitFor();
    },
  },
];

/** Every action, in the order in which one installation can carry them out. */
export const actions = [...frame, ...lists, ...people, ...answers, ...changes, ...records, ...sessions];
