import { expect, test } from 'vitest';
import { moved, replaced, without } from './rows.ts';

test('a row is replaced, removed and moved, and the list that it was in stays', () => {
  const list = ['a', 'b', 'c'];
  expect(replaced(list, 1, 'x')).toEqual(['a', 'x', 'c']);
  expect(without(list, 0)).toEqual(['b', 'c']);
  expect(moved(list, 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(list, 2, -1)).toEqual(['a', 'c', 'b']);
  expect(moved(list, 0, -1)).toEqual(list);
  expect(moved(list, 2, 1)).toEqual(list);
  expect(list).toEqual(['a', 'b', 'c']);
});
