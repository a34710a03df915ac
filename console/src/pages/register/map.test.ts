import { expect, test } from 'vitest';
import { entrySearch, keyOf } from './entry.ts';
import { edgesOf, ITEM_MARKS } from './map.ts';
import type { Trust } from './query.ts';

const trust = (resource: string, item: string, accesses: number, state = 'discovered') =>
  ({ cohort: 'employee', action: 'read', resource, item, accesses, state }) as Trust;

test('entries of one application and item are one edge, and what was eliminated is none', () => {
  const edges = edgesOf([
    trust('wiki/pages', 'device', 2, 'documented'),
    trust('wiki/admin', 'device', 3),
    trust('vault/files', 'place', 9, 'documented'),
    trust('vault/files', 'risk', 50, 'eliminated'),
  ]);
  expect(edges).toEqual([
    { cohort: 'employee', application: 'vault', item: 'place', accesses: 9, entries: 1, documented: true },
    { cohort: 'employee', application: 'wiki', item: 'device', accesses: 5, entries: 2, documented: false },
  ]);
});

test('no two items share a mark', () => {
  const letters = Object.values(ITEM_MARKS).map(({ letter }) => letter);
  expect(new Set(letters).size).toBe(letters.length);
});

test('the address of an entry names it', () => {
  const entry = trust('wiki/a b&c', 'device', 1);
  expect(keyOf(entrySearch(entry))).toEqual({
    cohort: 'employee',
    resource: 'wiki/a b&c',
    action: 'read',
    item: 'device',
  });
});
