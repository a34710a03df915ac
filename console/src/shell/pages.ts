// The pages in the order of the navigation. A page that is not here has no link.

import { type Need, READS_CONTROL, READS_OWN } from '../api/me.ts';
import { texts } from '../texts/index.ts';

export interface PageLink {
  to: string;
  label: string;
  /** What the person needs to see it. Without that, the page is not offered. */
  need: Need;
}

export const pages: PageLink[] = [
  { to: '/', label: texts.pages.home.title, need: READS_OWN },
  { to: '/people', label: texts.pages.people.title, need: READS_CONTROL },
];
