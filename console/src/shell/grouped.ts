// The pages of the navigation in their groups.

import type { PageLink } from './pages.ts';

/** Some of the pages, with the name of their group; the first group has none. */
export interface PageGroup {
  name?: string;
  links: PageLink[];
}

/** Returns the pages that `isOffered` in their groups. A group without a page is left out. */
export function grouped(all: readonly PageLink[], isOffered: (page: PageLink) => boolean): PageGroup[] {
  const found: PageGroup[] = [{ links: [] }];
  for (const page of all) {
    if (page.begins) found.push({ name: page.begins, links: [] });
    if (isOffered(page)) found.at(-1)?.links.push(page);
  }
  return found.filter(({ links }) => links.length > 0);
}
