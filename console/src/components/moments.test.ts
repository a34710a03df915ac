import { expect, test } from 'vitest';
import { shownMoment, shownSpan } from './moments.ts';

test('a moment is shown in the zone of the viewer, and exactly in UTC', () => {
  const shown = shownMoment('2026-11-29T23:30:15.250Z', 'Asia/Tokyo');
  expect(shown).toEqual({ local: '30 Nov 2026, 08:30', utc: '2026-11-29 23:30:15.250 UTC' });
  expect(shownMoment('soon')).toEqual({ local: 'soon', utc: 'soon' });
});

test('a span has its largest whole unit', () => {
  expect([0, 1, 59, 60, 7_199, 7_200, 86_400].map(shownSpan)).toEqual([
    '0 seconds',
    '1 second',
    '59 seconds',
    '1 minute',
    '1 hour',
    '2 hours',
    '1 day',
  ]);
});
