import { expect, test } from 'vitest';
import {
  type Declaration,
  declarationOf,
  hostsOf,
  itemsOf,
  newOperation,
  newPart,
  newRoute,
  nothingTyped,
  repeatedOperations,
  type Typed,
  typedOf,
} from './typed.ts';

const typed: Typed = { ...nothingTyped, upstream: ' http://127.0.0.1:3000 ', name: 'wiki', owner: 'Knowledge team' };

/** Has everything that a declaration can have. */
const whole: Declaration = {
  title: 'Wiki',
  owner: 'Knowledge team',
  hosts: ['docs.example.org', 'wiki.example.org'],
  upstream: 'http://127.0.0.1:3000',
  stage: 'enforce',
  sensitivity: 'internal',
  assertion_header: 'x-who',
  download_types: ['application/pdf', 'image/*'],
  request_headers: ['x-csrf-token'],
  operations: { can_edit: 'write' },
  resources: [
    {
      part: 'admin',
      sensitivity: 'restricted',
      routes: [{ methods: ['POST', 'PUT'], path: '/admin/**', action: 'administer' }, { path: '/admin/**' }],
    },
    { part: 'pages', routes: [] },
  ],
};

test('what was left empty follows from the name, and a new application is only observed', () => {
  expect(declarationOf(typed)).toEqual({
    title: 'wiki',
    owner: 'Knowledge team',
    hosts: ['wiki.localhost'],
    upstream: 'http://127.0.0.1:3000',
    stage: 'observe',
  });
});

test('hosts are apart by spaces, commas or lines, each once, in lower case', () => {
  const hosts = hostsOf({ ...typed, hosts: 'Wiki.example.org, docs.example.org\nwiki.example.org ' });
  expect(hosts).toEqual(['docs.example.org', 'wiki.example.org']);
  expect(hostsOf(nothingTyped)).toEqual([]);
  expect(itemsOf(' ,\n')).toEqual([]);
});

test('the form of a declaration gives the same declaration back', () => {
  expect(declarationOf(typedOf('wiki', whole), 'enforce')).toEqual(whole);
  const { title, owner, hosts, upstream } = whole;
  const least: Declaration = { title, owner, hosts, upstream, stage: 'observe' };
  expect(declarationOf(typedOf('wiki', least))).toEqual(least);
  // The server says null for what is not there.
  const answered = { ...least, sensitivity: null, request_headers: null };
  expect(declarationOf(typedOf('wiki', answered))).toEqual(least);
});

test('no listed header is not the same as the rules of the gate', () => {
  expect(declarationOf({ ...typed, headers: 'listed' }).request_headers).toEqual([]);
  expect(declarationOf({ ...typed, requestHeaders: 'x-a' }).request_headers).toBeUndefined();
  expect(declarationOf({ ...typed, headers: 'listed', requestHeaders: 'X-B x-a' }).request_headers).toEqual([
    'x-a',
    'x-b',
  ]);
});

test('a row that was left empty is sent, so that the server says what it lacks', () => {
  const { resources } = declarationOf({ ...typed, parts: [{ ...newPart(), routes: [newRoute()] }] });
  expect(resources).toEqual([{ part: '', routes: [{ path: '' }] }]);
});

test('methods are written in capital letters, each once', () => {
  const route = { ...newRoute(), methods: 'post, get POST', path: ' /a ' };
  const { resources } = declarationOf({ ...typed, parts: [{ ...newPart(), part: ' a ', routes: [route] }] });
  expect(resources).toEqual([{ part: 'a', routes: [{ methods: ['GET', 'POST'], path: '/a' }] }]);
});

test('an operation that repeats the name of an earlier one is found', () => {
  const named = (word: string) => ({ ...newOperation(), word });
  expect(repeatedOperations({ ...typed, operations: ['a', 'b', ' a', 'b'].map(named) })).toEqual([2, 3]);
});
