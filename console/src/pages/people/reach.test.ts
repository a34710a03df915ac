import { expect, test } from 'vitest';
import type { Schemas } from '../../api/client.ts';
import { applicationsOf, reachRows } from './reach.ts';

const action = (name: string, answer: string, needs: string[] = []) => ({
  action: name,
  class: answer,
  needs: needs.map((text) => ({ need: 'x', text })),
  permitted_by: [],
  stopped_by: [],
  depends_on: [],
});
const part = (application: string, name: string, actions: ReturnType<typeof action>[], url?: string) => ({
  application,
  resource: `${application}/${name}`,
  url,
  actions,
});
const reach = {
  items: [
    part('countersign', 'self', [action('read', 'now')]),
    part('vault', 'other', [action('read', 'never')]),
    part(
      'wiki',
      'admin',
      [action('administer', 'with', ['Request a grant.']), action('read', 'with', ['Sign in.'])],
      'http://wiki.localhost/',
    ),
    part('wiki', 'pages', [action('read', 'now'), action('write', 'with', ['Prove again.'])], 'http://wiki.localhost/'),
  ],
} as unknown as Schemas['WhatCan'];

test('what is open comes first', () => {
  expect(reachRows(reach).map(({ resource, action, answer }) => `${resource} ${action} ${answer}`)).toEqual([
    'countersign/self read now',
    'wiki/pages read now',
    'wiki/admin administer with',
    'wiki/admin read with',
    'wiki/pages write with',
    'vault/other read never',
  ]);
});

test('an application is as open as its most open part, and the console does not list itself', () => {
  expect(applicationsOf(reach)).toEqual([
    { application: 'wiki', answer: 'now', needs: [], url: 'http://wiki.localhost/' },
    { application: 'vault', answer: 'never', needs: [], url: undefined },
  ]);
});
