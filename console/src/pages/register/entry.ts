// One entry of the register by its address.

import type { ListSearch } from '../../components/list-search.ts';
import type { EntryKey, Trust } from './query.ts';

/** The parts of the address of an entry. An entry has no id: these name it. */
export const ENTRY_PARTS = ['cohort', 'resource', 'action', 'item'] as const;

/** Returns what the address of an entry names. */
export function keyOf(search: ListSearch): EntryKey {
  return Object.fromEntries(ENTRY_PARTS.map((part) => [part, search[part] ?? ''])) as unknown as EntryKey;
}

/** Returns the parts of an entry that name it. */
export function entrySearch(trust: Trust): ListSearch {
  return { cohort: trust.cohort, resource: trust.resource, action: trust.action, item: trust.item };
}
