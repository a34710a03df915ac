import { expect, test } from 'vitest';
import { addressOf, isNamed, isNamedByOwner, shortId } from './ids.ts';

const id = (prefix: string) => `${prefix}_${'0'.repeat(32)}`;

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

test('people, service accounts and devices have names; actors of the software and other things do not', () => {
  for (const named of ['per', 'svc', 'dev']) expect(isNamed(id(named)), named).toBe(true);
  for (const other of [id('gra'), id('ses'), 'operator', 'system:gate', 'group:staff', 'anonymous', 'per_1', '']) {
    expect(isNamed(other), other).toBe(false);
  }
});

test('what has no name of its own is named by what it belongs to', () => {
  for (const named of ['ses', 'key', 'tok', 'gra', 'exc', 'inv', 'prp', 'rol'])
    expect(isNamedByOwner(id(named)), named).toBe(true);
  for (const other of [id('per'), id('dec'), 'key:2026', 'operator', ''])
    expect(isNamedByOwner(other), other).toBe(false);
});
