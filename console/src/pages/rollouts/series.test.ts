import { expect, test } from 'vitest';
import type { FactRow } from '../journal/facts.ts';
import type { Rollout } from './query.ts';
import { limitOf, seriesOf } from './series.ts';
import { percentsOf, watchOf } from './stages.ts';

const move = (at: string, percent: number) => ({ at, percent, by: 'operator' });
const counted = (at: string, people: string[]) =>
  ({ at, kind: 'rollout.counted', body: { newly_denied: { people, accesses: 9 } } }) as unknown as FactRow;
const step = (percent: number, newly_denied?: number) =>
  ({ percent, people: 10, newly_denied }) as Rollout['steps'][number];

test('people are counted once, and each stage has its own prediction', () => {
  const rollout = {
    moves: [move('2026-11-22T12:00:00Z', 5), move('2026-11-22T13:00:00Z', 100)],
    steps: [step(5, 1), step(100, 4)],
  };
  // The newest first, as the journal answers; SQL states no zone.
  const facts = [counted('2026-11-22 13:30:00', ['c', 'd']), counted('2026-11-22T12:30:00Z', ['a'])];
  expect(seriesOf(rollout, facts).map(({ percent, actual, predicted }) => [percent, actual, predicted])).toEqual([
    [5, 0, 1],
    [5, 1, 1],
    [100, 1, 4],
    [100, 3, 4],
  ]);
});

test('what was not predicted is not known, and a halt predicts nothing', () => {
  const rollout = { moves: [move('2026-11-22T12:00:00Z', 5), move('2026-11-22T12:10:00Z', 0)], steps: [step(5)] };
  expect(seriesOf(rollout, []).map(({ predicted }) => predicted)).toEqual([undefined, undefined]);
});

test('the limit is drawn if people are counted', () => {
  expect(limitOf({ halt_if: 'newly denied people > 3' })).toBe(3);
  expect(limitOf({ halt_if: 'newly denied accesses > 3' })).toBeUndefined();
});

test('stages are read as they are typed', () => {
  expect(percentsOf('5, 25 100')).toEqual([5, 25, 100]);
  expect(percentsOf('five,1000')).toEqual([0, 0]);
  expect(percentsOf('')).toEqual([]);
  expect(watchOf('60')).toBe(3600);
  expect(watchOf('soon')).toBe(0);
});
