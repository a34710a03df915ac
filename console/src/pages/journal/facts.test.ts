import { expect, test } from 'vitest';
import { addressOf, type FactRow, shortId, whyOf } from './facts.ts';

const id = (prefix: string) => `${prefix}_${'0'.repeat(32)}`;
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

test('in a table an id is short, and a name stands without its kind', () => {
  expect(shortId(`per_${'0'.repeat(26)}12ab34`)).toBe('per_\u202612ab34');
  expect(shortId('group:staff')).toBe('staff');
  expect(shortId('system:gate')).toBe('system:gate');
  expect(shortId('operator')).toBe('operator');
});

test('only what the console has a page for leads anywhere', () => {
  expect(addressOf(id('gra'))).toBe(`/grants/${id('gra')}`);
  expect(addressOf(id('dev'))).toBe(`/devices/${id('dev')}`);
  expect(addressOf('group:staff')).toBe('/groups/staff');
  expect(addressOf('application:wiki')).toBe('/applications/wiki');
  expect(addressOf('network:office')).toBeUndefined();
  expect(addressOf(id('ses'))).toBeUndefined();
  expect(addressOf('operator')).toBeUndefined();
});
