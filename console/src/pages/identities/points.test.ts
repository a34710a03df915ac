import { expect, test } from 'vitest';
import { points } from './points.ts';

test('thousandths are shown with two digits, those against with their sign', () => {
  expect([points(950), points(1000), points(-350), points(0)]).toEqual(['0.95', '1.00', '-0.35', '0.00']);
});
