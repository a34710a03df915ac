// The query parameters of one page of a list.

import { PAGE } from './ListPage.tsx';
import type { ListSearch } from './list-search.ts';

/** Returns the query of the page that an address means. The server refuses a parameter that the list does not have. */
export function pageOf(search: ListSearch) {
  // Values from an address are texts; whether one is valid is the server's answer.
  return { params: { query: { limit: Number(PAGE), ...search } as never } };
}
