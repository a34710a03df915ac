import { expect, test } from 'vitest';
import type { Schemas } from '../../api/client.ts';
import { coverageOf, figuresOf, saidOf, type Trends, withTrends } from './figures.ts';
import type { RegisterFigures, Status } from './overview.ts';

const trend = (values: (number | null)[], change: Partial<Schemas['Trend']> = {}): Schemas['Trend'] => ({
  figure: 'people',
  measure: 'at_end_of_day',
  values,
  ...change,
});
const days = ['2026-11-27', '2026-11-28', '2026-11-29'];

test('a trend is said with its first and last known day, and a gap is no zero', () => {
  expect(saidOf(trend([null, 3, 5]), days)).toBe('From 3 on 2026-11-28 to 5 on 2026-11-29');
  expect(saidOf(trend([4, 4, 4]), days)).toBe('4 since 2026-11-27 or longer');
  expect(saidOf(trend([1, 9, 1]), days)).toBe('From 1 on 2026-11-27 to 1 on 2026-11-29');
  expect(saidOf(trend([null, null, null]), days)).toBe('No day is known yet');
  expect(saidOf(trend([7, null, 2], { measure: 'over_the_day' }), days)).toBe('2 to 7 a day; 2 on 2026-11-29');
});

test('what a trend could not see is said', () => {
  expect(coverageOf(trend([1, 2, 3]))).toBe('All facts of the journal.');
  expect(coverageOf(trend([null, 2, 3]))).toBe('All facts of the journal. 1 of 3 days is not known.');
  expect(coverageOf(trend([null, null, 3], { measure: 'over_the_day' }))).toMatch(/^Finished files.*2 of 3 days are/);
  const denied = trend([null, 0, 3], { figure: 'decisions_denied', measure: 'over_the_day' });
  expect(coverageOf(denied)).toMatch(/by outcome\. 1 of 3 days is not known\.$/);
});

test('figures that only the trends know stand after those that they are part of, and have no value without them', () => {
  const counts = { applications: 4, people: 3, devices: 2 };
  const status = { counts, policies: { policies: 9, overdue: 0 }, evidence: { recorded: 7 } } as unknown as Status;
  const figures = figuresOf(status, { live: 1 } as RegisterFigures);
  const trends: Trends = { days, figures: [trend([1, 1, 2], { figure: 'people_with_passkeys', now: 2 })] };
  const all = withTrends(figures, trends);
  const place = all.findIndex((figure) => figure.trend === 'people_with_passkeys');
  expect(all[place]).toMatchObject({ now: 2, to: '/people' });
  expect(all[place - 1]).toMatchObject({ trend: 'people', now: 3 });
  expect(all.find((figure) => figure.trend === 'devices_managed')?.now).not.toBe(0);
  const outcomes = all.filter(({ to }) => to.startsWith('/decisions'));
  expect(outcomes.map(({ trend }) => trend)).toEqual([
    'decisions',
    'decisions_allowed',
    'decisions_denied',
    'decisions_would_be_denied',
  ]);
  expect(outcomes[1]?.now).toBe('By day only');
  expect(all.every((figure) => figure.trend)).toBe(true);
});
