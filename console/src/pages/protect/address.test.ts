import { expect, test } from 'vitest';
import { addressOf, isLocal } from './address.ts';

test('a protected host has the scheme and the port of the gate', () => {
  expect(addressOf('wiki.localhost', { protocol: 'http:', port: '8080' })).toBe('http://wiki.localhost:8080/');
  expect(addressOf('wiki.example.org', { protocol: 'https:', port: '' })).toBe('https://wiki.example.org/');
});

test('only names under localhost are found without an entry in a DNS', () => {
  expect(['localhost', 'wiki.localhost', 'localhost.example', 'mylocalhost'].map(isLocal)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
