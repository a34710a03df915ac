// What an administrator should do next, from the figures that exist.

import type { Schemas } from '../../api/client.ts';

export type Status = Schemas['Status'];
export type RegisterFigures = Schemas['RegisterFigures'];

/** One thing to do: its name among the texts, and the page where it begins, if there is one. */
export interface Step {
  name:
    | 'mendJournal'
    | 'mendEvidence'
    | 'mendPolicies'
    | 'protect'
    | 'secondAdministrator'
    | 'answerGrants'
    | 'reviewPolicies'
    | 'assignTrusts'
    | 'nothing';
  to?: string;
}

/** Returns what is failing, in words of the server. */
export function failing(status: Status): string[] {
  const { journal, evidence, policies, observations, components = [] } = status;
  const stopped = components.flatMap(({ name, state, last_failure }) =>
    state === 'running' ? [] : [`${name}: ${last_failure ?? state}`],
  );
  const found = [
    journal.broken,
    journal.doubt,
    evidence.problem,
    evidence.store?.problem,
    policies.problem,
    observations?.problem,
  ];
  return [...found.filter((text): text is string => Boolean(text)), ...stopped];
}

/** Returns the next best step: what endangers answers first, then what an empty installation lacks, then what waits. */
export function nextStep(status: Status, register: RegisterFigures): Step {
  const { counts, journal, evidence, policies } = status;
  if (journal.broken || !journal.connected) return { name: 'mendJournal' };
  if (evidence.problem) return { name: 'mendEvidence' };
  if (policies.problem) return { name: 'mendPolicies' };
  // The first application is the control plane itself.
  if (counts.applications <= 1) return { name: 'protect', to: '/protect' };
  if (counts.administrators_with_passkeys < 2) return { name: 'secondAdministrator', to: '/groups/administrators' };
  if (counts.grants_requested > 0) return { name: 'answerGrants', to: '/grants?state=requested' };
  if (policies.overdue > 0) return { name: 'reviewPolicies' };
  if (register.discovered + register.lapsed > 0) return { name: 'assignTrusts', to: '/register' };
  return { name: 'nothing' };
}
