import { expect, test } from 'vitest';
import { fileOf } from './file.ts';
import type { Declaration } from './typed.ts';

const wiki: Declaration = {
  title: 'Wiki',
  owner: 'Knowledge team',
  hosts: ['wiki.localhost'],
  upstream: 'http://127.0.0.1:3000',
  stage: 'observe',
};
const COMMON = [
  'name = "wiki"',
  'title = "Wiki"',
  'owner = "Knowledge team"',
  'hosts = ["wiki.localhost"]',
  'upstream = "http://127.0.0.1:3000"',
  'stage = "observe"',
];

test('the file has the fields of the declaration, each once', () => {
  expect(fileOf('wiki', { ...wiki, sensitivity: 'internal' })).toBe(
    [...COMMON, 'sensitivity = "internal"', ''].join('\n'),
  );
});

test('tables come last: what follows them would belong to them', () => {
  const file = fileOf('wiki', {
    ...wiki,
    assertion_header: 'x-who',
    download_types: ['application/pdf', 'image/*'],
    request_headers: [],
    operations: { can_edit: 'write', 'can read': 'read' },
    resources: [
      {
        part: 'admin',
        sensitivity: 'restricted',
        routes: [{ methods: ['POST', 'PUT'], path: '/admin/**', action: 'administer' }, { path: '/admin/**' }],
      },
      { part: 'rest' },
    ],
  });
  expect(file).toBe(
    [
      ...COMMON,
      'assertion_header = "x-who"',
      'download_types = ["application/pdf", "image/*"]',
      'request_headers = []',
      '',
      '[operations]',
      'can_edit = "write"',
      '"can read" = "read"',
      '',
      '[[resource]]',
      'part = "admin"',
      'sensitivity = "restricted"',
      'routes = [',
      '    { methods = ["POST", "PUT"], path = "/admin/**", action = "administer" },',
      '    { path = "/admin/**" },',
      ']',
      '',
      '[[resource]]',
      'part = "rest"',
      'routes = []',
      '',
    ].join('\n'),
  );
});

test('no text can end itself in the file', () => {
  const title = 'a "quoted" \\ title\nstage = "enforce" \u007f \ud800';
  const file = fileOf('wiki', { ...wiki, title });
  expect(file.split('\n')[1]).toBe('title = "a \\"quoted\\" \\\\ title\\nstage = \\"enforce\\" \\u007F \ufffd"');
  expect(file.split('\n')).toHaveLength(7);
  const key = fileOf('wiki', { ...wiki, operations: { 'a" = "read"\nb': 'write' } });
  expect(key.split('\n')).toContain('"a\\" = \\"read\\"\\nb" = "write"');
});
