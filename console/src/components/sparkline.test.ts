import { expect, test } from 'vitest';
import { HEIGHT, segmentsOf, WIDTH } from './sparkline.ts';

test('a day of which nothing is known is a gap and no zero', () => {
  const segments = segmentsOf([null, 1, 2, null, 5]);
  expect(segments.map((points) => points.length)).toEqual([2, 1]);
  expect(segmentsOf([null, null])).toEqual([]);
  expect(segmentsOf([])).toEqual([]);
});

test('the line is within its field, and higher for a higher value', () => {
  const [points = []] = segmentsOf([0, 10, 5]);
  expect(points.every(({ x, y }) => x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT)).toBe(true);
  const [low, high, middle] = points.map(({ y }) => y) as [number, number, number];
  expect(high).toBeLessThan(middle);
  expect(middle).toBeLessThan(low);
});

test('a figure that does not change is a line in the middle', () => {
  expect(new Set(segmentsOf([7, 7, 7])[0]?.map(({ y }) => y))).toEqual(new Set([HEIGHT / 2]));
});
