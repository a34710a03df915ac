import { expect, test } from 'vitest';
import { endingOf, spanOf } from './order.ts';

const NOW = Date.parse('2026-11-30T00:00:00Z');

test('how soon one ends is a matter of two weeks', () => {
  const ending = (expires_at: string, expired = false) => endingOf({ expires_at, expired }, NOW);
  expect(ending('2026-11-29T00:00:00Z', true)).toBe('over');
  expect(ending('2026-12-13T23:59:59Z')).toBe('soon');
  expect(ending('2026-12-14T00:00:00Z')).toBe('later');
  expect(ending('never')).toBe('later');
});

test('an address asks the server for the span that the badges show', () => {
  expect(spanOf('over', NOW)).toEqual({ expires_until: '2026-11-30T00:00:00.000Z' });
  expect(spanOf('soon', NOW)).toEqual({
    expires_since: '2026-11-30T00:00:00.000Z',
    expires_until: '2026-12-14T00:00:00.000Z',
  });
  expect(spanOf('later', NOW)).toEqual({ expires_since: '2026-12-14T00:00:00.000Z' });
  expect(spanOf('sometime', NOW)).toEqual({});
});
