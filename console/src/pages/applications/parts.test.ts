import { expect, test } from 'vitest';
import { partsOf } from './parts.ts';
import type { Application } from './query.ts';

const application = {
  name: 'wiki',
  labels: { 'wiki/pages': 'internal', pages: 'restricted' },
  declared: {
    sensitivity: 'restricted',
    resources: [
      { part: 'pages', sensitivity: 'public', routes: [{ path: '/**', methods: ['GET', 'HEAD'] }] },
      { part: 'admin', sensitivity: 'confidential', routes: [{ path: '/admin/**', action: 'administer' }] },
      { part: 'rest' },
    ],
  },
} as unknown as Application;

test('the label that counts is the one set last, then that of the part, then that of the application', () => {
  expect(partsOf(application)).toEqual([
    { part: 'pages', sensitivity: 'internal', routes: ['GET,HEAD /**'] },
    { part: 'admin', sensitivity: 'confidential', routes: ['/admin/** (administer)'] },
    { part: 'rest', sensitivity: 'restricted', routes: [] },
  ]);
});
