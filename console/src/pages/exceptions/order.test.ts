import { expect, test } from 'vitest';
import { chosen, endingOf } from './order.ts';
import type { Exception } from './query.ts';

const NOW = Date.parse('2026-11-30T00:00:00Z');
const exception = (id: string, expires_at: string, rest: Partial<Exception> = {}) =>
  ({
    id,
    expires_at,
    expired: false,
    policy: 'managed-device',
    authority: 'CISO',
    reason: 'x',
    owner: 'per_1',
    ...rest,
  }) as Exception;
const all = [
  exception('later', '2027-06-01T00:00:00Z', { group: 'field' }),
  exception('soon', '2026-12-02T00:00:00Z', { reason: 'Readers arrive' }),
  exception('over', '2026-11-29T00:00:00Z', { expired: true }),
];
const ids = (search: Record<string, string>) => chosen(all, search, NOW).map(({ id }) => id);

test('what ends first comes first, and the other way if asked', () => {
  expect(ids({})).toEqual(['over', 'soon', 'later']);
  expect(ids({ sort: 'expires_at', order: 'desc' })).toEqual(['later', 'soon', 'over']);
});

test('the order of the server is kept if the address asks for it', () => {
  expect(ids({ sort: 'opened_at' })).toEqual(['later', 'soon', 'over']);
});

test('words and endings narrow the list', () => {
  expect(ids({ q: 'readers' })).toEqual(['soon']);
  expect(ids({ q: 'FIELD' })).toEqual(['later']);
  expect(ids({ ending: 'over' })).toEqual(['over']);
  expect(endingOf({ expires_at: '2026-12-14T00:00:01Z', expired: false }, NOW)).toBe('later');
  expect(endingOf({ expires_at: '2026-12-14T00:00:00Z', expired: false }, NOW)).toBe('soon');
});
