import { expect, test } from 'vitest';
import {
  byReading,
  type ChangeableItem,
  changesOf,
  isAge,
  shownValue,
  textOf,
  withChange,
  withSingle,
} from './changes.ts';

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

test('an age is said with its unit, and an hour is no age', () => {
  expect(shownValue('31536000', isAge('session_age'))).toBe('31536000 (365 days)');
  expect(shownValue('0', isAge('posture_age'))).toBe('0');
  expect(shownValue('23', isAge('hour'))).toBe('23');
  expect(shownValue('never', isAge('posture_age'))).toBe('never reported');
});

test('a network takes the place of an address, and nothing else does', () => {
  const address = { item: 'address', value: '192.0.2.7' };
  expect(withSingle([address], 'network', 'office')).toEqual([{ item: 'network', value: 'office' }]);
  expect(withSingle([address], 'risk', 'high')).toEqual([address, { item: 'risk', value: 'high' }]);
});
