import { expect, test } from 'vitest';
import { type FactRow, whyOf } from './facts.ts';

const fact = (body: object): FactRow => ({
  sequence: 7,
  at: '2026-11-30T00:00:00Z',
  kind: 'grant.refused',
  version: 1,
  by: 'operator',
  about: [],
  body: body as FactRow['body'],
});

test('a fact says why it was stated, as far as it says so', () => {
  expect(whyOf(fact({ reason: 'no ticket' }))).toBe('no ticket');
  expect(whyOf(fact({ why: 'payroll is confidential', authority: 'CISO' }))).toBe(
    'payroll is confidential \u2014 CISO',
  );
  expect(whyOf(fact({ reason: '', name: 'Eve' }))).toBeUndefined();
});
