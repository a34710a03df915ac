import { expect, test } from 'vitest';
import { changedSettings, type Settings, settingsText } from './settings.ts';

const before = {
  applications: { wiki: { title: 'Wiki' }, shop: { title: 'Shop' } },
  labels: { 'wiki/pages': 'internal' },
  exceptions: [],
} as unknown as Settings;
const edit = (after: unknown) => ({ from: settingsText(before), to: settingsText(after as Settings) });

test('only what differs is in the change', () => {
  expect(changedSettings(undefined)).toBeUndefined();
  expect(changedSettings(edit({ ...before, labels: { 'wiki/pages': 'public' } }))).toEqual({
    labels: { 'wiki/pages': 'public' },
  });
  const titled = { ...before, applications: { wiki: { title: 'Our wiki' }, shop: { title: 'Shop' } } };
  expect(changedSettings(edit(titled))).toEqual({ applications: { wiki: { title: 'Our wiki' } } });
});

test('a list that is taken away is emptied', () => {
  const { labels: _, ...rest } = before;
  expect(changedSettings(edit(rest))).toEqual({ labels: {} });
});

test('an application is not removed by leaving it out', () => {
  expect(() => changedSettings(edit({ ...before, applications: { wiki: { title: 'Wiki' } } }))).toThrow(/shop/);
});

test('a text that is no settings says so, and what the server does not know it is told', () => {
  expect(() => changedSettings({ from: '{}', to: '{"labels": ' })).toThrow(/settings\.json/);
  expect(() => changedSettings({ from: '{}', to: '[]' })).toThrow(/settings\.json/);
  expect(changedSettings(edit({ ...before, freeze: true }))).toEqual({ freeze: true });
});
