// Which policies the address of the list means. The set comes whole from the server, so the browser selects from it.

import type { ListSearch } from '../../components/list-search.ts';
import type { Finding, LintedPolicy } from './query.ts';

/** The severities of findings, the gravest first. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;

/** Returns the policies that the address means, in the order of the files or in the order that it names. */
export function selected(all: readonly LintedPolicy[], search: ListSearch): LintedPolicy[] {
  const q = (search.q ?? '').toLowerCase();
  const found = all.filter((policy) => {
    const { id, owner, reason, file, text, kind, stage, overdue, findings } = policy;
    return (
      [id, owner, reason, file, text].join('\n').toLowerCase().includes(q) &&
      (!search.kind || search.kind === kind) &&
      (!search.owner || search.owner === owner) &&
      (!search.stage || search.stage === stage) &&
      (!search.review || (search.review === 'overdue') === overdue) &&
      hasFinding(findings, search.finding)
    );
  });
  const field = search.sort;
  if (field !== 'id' && field !== 'owner' && field !== 'review') return found;
  const sign = search.order === 'desc' ? -1 : 1;
  return found.toSorted((one, other) => sign * one[field].localeCompare(other[field]));
}

function hasFinding(findings: readonly Finding[], asked: string | undefined): boolean {
  if (!asked) return true;
  if (asked === 'any') return findings.length > 0;
  if (asked === 'none') return findings.length === 0;
  return findings.some(({ severity }) => severity === asked);
}

/** Returns the number of findings of each severity that has any, the gravest first. */
export function countedFindings(findings: readonly Finding[]) {
  const counted = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((found) => found.severity === severity).length,
  }));
  return counted.filter(({ count }) => count > 0);
}

/** Returns the first digits of a version, by which people tell one from another. */
export const shortVersion = (version: string): string => version.slice(0, 12);
