import { expect, test } from 'vitest';
import { byReading, type ChangeableItem, changesOf, textOf, withChange } from './changes.ts';

test('changes stand in the address and come back as they were', () => {
  const changes = [
    { item: 'device', value: 'absent' },
    { item: 'network', value: 'Head office, 2nd=floor & more' },
  ];
  expect(changesOf(textOf(changes))).toEqual(changes);
  expect(changesOf(undefined)).toEqual([]);
  expect(changesOf('')).toEqual([]);
});

test('an address that states no changes states none', () => {
  expect(changesOf('device')).toEqual([]);
  expect(changesOf('device=%E0%A4%A,risk=high')).toEqual([{ item: 'risk', value: 'high' }]);
  expect(changesOf('a=b=c,=d')).toEqual([]);
});

test('an item is changed once, and undone', () => {
  const once = withChange([], 'risk', 'high');
  expect(withChange(once, 'risk', 'low')).toEqual([{ item: 'risk', value: 'low' }]);
  expect(withChange(once, 'risk')).toEqual([]);
});

test('what is changed stands among what is read', () => {
  const item = (name: string, read: boolean, changed: boolean) => ({ item: name, read, changed }) as ChangeableItem;
  const [read, others] = byReading([item('a', true, false), item('b', false, true), item('c', false, false)]);
  expect(read.map(({ item }) => item)).toEqual(['a', 'b']);
  expect(others.map(({ item }) => item)).toEqual(['c']);
});
