import { afterEach, expect, test, vi } from 'vitest';
import { load, parsed, store, withQuestion } from './saved.ts';
import { rangeOf, spotOf } from './spot.ts';

afterEach(() => vi.unstubAllGlobals());

test('a refusal leads to the word that it means', () => {
  const text = 'SELECT a\nFORM facts';
  const spot = spotOf('at line 2, column 1: expected FROM');
  expect(spot).toEqual({ line: 2, column: 1 });
  const { from, to } = rangeOf(text, { line: 2, column: 1 });
  expect(text.slice(from, to)).toBe('FORM');
  expect(spotOf('there is no table "x"')).toBeUndefined();
});

test('a place outside of the text is marked at its end', () => {
  expect(rangeOf('abc', { line: 1, column: 99 })).toEqual({ from: 2, to: 3 });
  expect(rangeOf('', { line: 7, column: 7 })).toEqual({ from: 0, to: 0 });
});

test('a saved question takes the place of one with its name, in the order of names', () => {
  const all = withQuestion(withQuestion([], { name: 'b', sql: '1' }), { name: 'a', sql: '2' });
  expect(withQuestion(all, { name: 'b', sql: '3' })).toEqual([
    { name: 'a', sql: '2' },
    { name: 'b', sql: '3' },
  ]);
});

test('what the storage holds beside questions is left out', () => {
  expect(parsed('[{"name":"a","sql":"b"},{"name":1},null,"x"]')).toEqual([{ name: 'a', sql: 'b' }]);
  expect(parsed('not JSON')).toEqual([]);
  expect(parsed('{}')).toEqual([]);
  expect(parsed(null)).toEqual([]);
});

test('saved questions are for the person who saved them alone', () => {
  const held = new Map<string, string>();
  const localStorage = {
    getItem: (place: string) => held.get(place) ?? null,
    setItem: (place: string, text: string) => held.set(place, text),
  };
  vi.stubGlobal('window', { localStorage });
  const questions = [{ name: 'a', sql: 'SELECT 1' }];
  expect(store('per_a', questions)).toBe(true);
  expect(load('per_a')).toEqual(questions);
  expect(load('per_b')).toEqual([]);
});
