// The pages in the order of the navigation. A page that is not here has no link.

import { ADMINISTERS, type Need, READS_APPROVALS, READS_CONTROL, READS_OWN } from '../api/me.ts';
import { texts } from '../texts/index.ts';

export interface PageLink {
  to: string;
  label: string;
  /** What the person needs to see it. Without that, the page is not offered. */
  need: Need;
  /** The name of the group that begins with this page, in the navigation. */
  begins?: string;
}

const groups = texts.shell.groups;

export const pages: PageLink[] = [
  { to: '/', label: texts.pages.home.title, need: READS_OWN },
  { to: '/reviews/inbox', label: texts.pages.reviews.inbox, need: READS_OWN },
  { to: '/live', label: texts.pages.live.title, need: READS_CONTROL, begins: groups.decisions },
  { to: '/decisions', label: texts.pages.decisions.title, need: READS_CONTROL },
  { to: '/grants', label: texts.pages.grants.title, need: READS_APPROVALS, begins: groups.approvals },
  { to: '/proposals', label: texts.pages.proposals.title, need: READS_APPROVALS },
  { to: '/people', label: texts.pages.people.title, need: READS_CONTROL, begins: groups.inventory },
  { to: '/groups', label: texts.pages.groups.title, need: READS_CONTROL },
  { to: '/services', label: texts.pages.services.title, need: READS_CONTROL },
  { to: '/devices', label: texts.pages.devices.title, need: READS_CONTROL },
  { to: '/applications', label: texts.pages.applications.title, need: READS_CONTROL },
  { to: '/protect', label: texts.pages.protect.title, need: ADMINISTERS },
  { to: '/sessions', label: texts.pages.sessions.title, need: READS_CONTROL },
  { to: '/sources', label: texts.pages.sources.title, need: READS_CONTROL },
  { to: '/inventory', label: texts.pages.inventory.title, need: READS_CONTROL },
  { to: '/access', label: texts.pages.access.title, need: READS_CONTROL },
  { to: '/findings', label: texts.pages.findings.title, need: READS_CONTROL },
  { to: '/reviews', label: texts.pages.reviews.title, need: READS_CONTROL },
  { to: '/identities', label: texts.pages.identities.title, need: READS_CONTROL },
  { to: '/policies', label: texts.pages.policies.title, need: READS_CONTROL, begins: groups.policies },
  { to: '/change', label: texts.pages.change.title, need: READS_CONTROL },
  { to: '/versions', label: texts.pages.versions.title, need: READS_CONTROL },
  { to: '/rollouts', label: texts.pages.rollouts.title, need: READS_CONTROL },
  { to: '/jobs', label: texts.pages.jobs.title, need: READS_CONTROL },
  { to: '/exceptions', label: texts.pages.exceptions.title, need: READS_CONTROL, begins: groups.trust },
  { to: '/register', label: texts.pages.register.title, need: READS_CONTROL },
  { to: '/journal', label: texts.pages.journal.title, need: READS_CONTROL, begins: groups.records },
  { to: '/ask', label: texts.pages.ask.title, need: READS_CONTROL },
];
