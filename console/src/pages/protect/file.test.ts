import { expect, test } from 'vitest';
import { declarationOf, fieldOf, fileOf, hostsOf, nothingTyped, type Typed } from './file.ts';

const typed: Typed = { ...nothingTyped, upstream: ' http://127.0.0.1:3000 ', name: 'wiki', owner: 'Knowledge team' };

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
});

test('the file has the fields of the declaration, each once', () => {
  expect(fileOf('wiki', declarationOf({ ...typed, title: 'Wiki', sensitivity: 'internal' }))).toBe(
    [
      'name = "wiki"',
      'title = "Wiki"',
      'owner = "Knowledge team"',
      'hosts = ["wiki.localhost"]',
      'upstream = "http://127.0.0.1:3000"',
      'stage = "observe"',
      'sensitivity = "internal"',
      '',
    ].join('\n'),
  );
});

test('no text can end itself in the file', () => {
  const title = 'a "quoted" \\ title\nstage = "enforce" \u007f \ud800';
  const file = fileOf('wiki', declarationOf({ ...typed, title }));
  expect(file.split('\n')[1]).toBe('title = "a \\"quoted\\" \\\\ title\\nstage = \\"enforce\\" \\u007F \ufffd"');
  expect(file.split('\n')).toHaveLength(7);
});

test('the server names fields in its own words', () => {
  expect(fieldOf('application')).toBe('name');
  expect(fieldOf('host')).toBe('hosts');
  expect(fieldOf('upstream')).toBe('upstream');
  expect(fieldOf('resources[0].part')).toBeUndefined();
  expect(fieldOf(undefined)).toBeUndefined();
});
