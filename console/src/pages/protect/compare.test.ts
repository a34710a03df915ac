import { expect, test } from 'vitest';
import { changesOf, merged } from './compare.ts';
import type { Declaration } from './typed.ts';

const pages = { part: 'pages', routes: [{ path: '/pages/**' }] };
const admin = { part: 'admin', routes: [{ path: '/admin/**' }] };
const base: Declaration = {
  title: 'Wiki',
  owner: 'Knowledge',
  hosts: ['wiki.localhost'],
  upstream: 'http://127.0.0.1:3000',
  stage: 'observe',
  resources: [pages, admin],
};
const fields = (before: Declaration, after: Declaration) => changesOf(before, after).map(({ field }) => field);

test('what is left out is the same as its default', () => {
  const { resources } = base;
  expect(
    changesOf(base, {
      ...base,
      sensitivity: null,
      request_headers: null,
      download_types: [],
      operations: {},
      assertion_header: 'x-countersign-assertion',
      resources: resources?.map((part) => ({ ...part, sensitivity: null })),
    }),
  ).toEqual([]);
});

test('each field that differs is named with what it was and what it becomes', () => {
  const after: Declaration = {
    ...base,
    title: 'The wiki',
    request_headers: [],
    resources: [{ ...pages, sensitivity: 'public', routes: [{ methods: ['GET'], path: '/', action: 'read' }] }, admin],
  };
  expect(changesOf(base, after)).toEqual([
    { field: 'Title', before: 'Wiki', after: 'The wiki' },
    {
      field: 'Request headers',
      before: 'By the gate’s rules: all but those that only a proxy may set',
      after: 'only the standard ones',
    },
    { field: 'Part pages', before: 'As the application; /pages/**', after: 'Public; GET / (read)' },
  ]);
});

test('parts come, go and change their order', () => {
  const other = { part: 'other', routes: [] };
  expect(fields(base, { ...base, resources: [pages, admin, other] })).toEqual(['Part other']);
  expect(fields(base, { ...base, resources: [admin] })).toEqual(['Part pages']);
  expect(fields(base, { ...base, resources: [admin, pages] })).toEqual(['Order of the parts']);
  expect(fields(base, { ...base, resources: [other, admin, pages] })).toEqual(['Part other', 'Order of the parts']);
});

test('changes of different fields and parts are both kept', () => {
  const mine = { ...base, title: 'Mine', resources: [pages, { ...admin, sensitivity: 'restricted' as const }] };
  const news = { part: 'news', routes: [] };
  const theirs = {
    ...base,
    owner: 'Theirs',
    stage: 'enforce' as const,
    resources: [{ ...pages, routes: [] }, admin, news],
  };
  const { declaration, both } = merged(base, mine, theirs);
  expect(both).toEqual([]);
  expect([declaration.title, declaration.owner, declaration.stage]).toEqual(['Mine', 'Theirs', 'enforce']);
  expect(changesOf(theirs, declaration).map(({ field }) => field)).toEqual(['Title', 'Part admin']);
  expect(declaration.resources?.map(({ part }) => part)).toEqual(['pages', 'admin', 'news']);
});

test('what both changed is as in one’s own, and is named', () => {
  const mine = { ...base, title: 'Mine', resources: [{ ...pages, sensitivity: 'public' as const }, admin] };
  const theirs = { ...base, title: 'Theirs', resources: [{ ...pages, sensitivity: 'restricted' as const }, admin] };
  const { declaration, both } = merged(base, mine, theirs);
  expect(both).toEqual(['Title', 'Part pages']);
  expect([declaration.title, declaration.resources?.[0]?.sensitivity]).toEqual(['Mine', 'public']);
  expect(merged(base, mine, mine).both).toEqual([]);
});

test('a part that one removed stays removed, unless the other changed it: then that is named', () => {
  const changed = { ...admin, sensitivity: 'public' as const };
  const without = { ...base, resources: [pages] };
  const kept = (mine: Declaration, theirs: Declaration) => {
    const { declaration, both } = merged(base, mine, theirs);
    return [declaration.resources?.map(({ part }) => part), both];
  };
  expect(kept(base, without)).toEqual([['pages'], []]);
  expect(kept(without, base)).toEqual([['pages'], []]);
  expect(kept(without, { ...base, resources: [pages, changed] })).toEqual([['pages'], ['Part admin']]);
  expect(kept({ ...base, resources: [pages, changed] }, without)).toEqual([['pages', 'admin'], ['Part admin']]);
});

test('the order is one’s own where one changed it, and theirs where only they did', () => {
  const turned = { ...base, resources: [admin, pages] };
  const order = (mine: Declaration, theirs: Declaration) =>
    merged(base, mine, theirs).declaration.resources?.map(({ part }) => part);
  expect(order(turned, base)).toEqual(['admin', 'pages']);
  expect(order(base, turned)).toEqual(['admin', 'pages']);
});
