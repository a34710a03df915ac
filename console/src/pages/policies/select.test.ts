import { describe, expect, test } from 'vitest';
import type { ListSearch } from '../../components/list-search.ts';
import type { Finding, LintedPolicy } from './query.ts';
import { countedFindings, selected } from './select.ts';

const finding = (severity: Finding['severity']): Finding => ({
  code: 'never-applies',
  file: 'guardrails/a.cedar',
  line: 1,
  message: 'm',
  policy: 'a',
  remedy: 'r',
  severity,
});

const policy = (given: Partial<LintedPolicy>): LintedPolicy => ({
  id: 'a',
  kind: 'guardrail',
  owner: 'security',
  reason: 'Because.',
  review: '2027-05-31',
  overdue: false,
  stage: 'enforce',
  reads_exceptions: false,
  file: 'guardrails/a.cedar',
  line: 1,
  text: 'forbid (principal, action, resource);',
  findings: [],
  ...given,
});

const all = [
  policy({ id: 'managed-device', findings: [finding('note'), finding('error')] }),
  policy({ id: 'wiki-users', kind: 'application', owner: 'wiki team', file: 'applications/wiki.cedar', overdue: true }),
  policy({ id: 'fresh', stage: 'shadow', review: '2026-12-01', text: 'forbid when { Context.Place };' }),
];

describe('which policies the address means', () => {
  const check = (search: ListSearch, ids: string[]) => expect(selected(all, search).map(({ id }) => id)).toEqual(ids);

  test('all of them, in the order of the files, without a filter', () =>
    check({}, ['managed-device', 'wiki-users', 'fresh']));
  test('words are looked for in the text too, whatever their case', () => check({ q: 'context.place' }, ['fresh']));
  test('kind', () => check({ kind: 'application' }, ['wiki-users']));
  test('owner', () => check({ owner: 'wiki team' }, ['wiki-users']));
  test('stage', () => check({ stage: 'shadow' }, ['fresh']));
  test('review overdue', () => check({ review: 'overdue' }, ['wiki-users']));
  test('review not yet due', () => check({ review: 'due' }, ['managed-device', 'fresh']));
  test('any finding', () => check({ finding: 'any' }, ['managed-device']));
  test('one severity', () => check({ finding: 'warning' }, []));
  test('no finding', () => check({ finding: 'none' }, ['wiki-users', 'fresh']));
  test('filters narrow each other', () => check({ kind: 'guardrail', stage: 'enforce' }, ['managed-device']));
  test('sorted', () => check({ sort: 'review', order: 'asc' }, ['fresh', 'managed-device', 'wiki-users']));
  test('sorted the other way', () => check({ sort: 'id', order: 'desc' }, ['wiki-users', 'managed-device', 'fresh']));
});

test('findings are counted by severity, the gravest first', () => {
  expect(countedFindings([finding('note'), finding('error'), finding('note')])).toEqual([
    { severity: 'error', count: 1 },
    { severity: 'note', count: 2 },
  ]);
});
