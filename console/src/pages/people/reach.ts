// What a person can reach, a row for each resource and action.

import type { Schemas } from '../../api/client.ts';

export interface ReachRow {
  application: string;
  resource: string;
  action: string;
  answer: Schemas['ReachClass'];
  /** What it takes, in sentences. */
  needs: string[];
  /** The address of the application, if it has one. */
  url: string | undefined;
}

const ORDER: Record<ReachRow['answer'], number> = { now: 0, with: 1, never: 2 };

/** Returns the rows: what is open first, and within that in the order of the server. */
export function reachRows(reach: Schemas['WhatCan']): ReachRow[] {
  const rows = reach.items.flatMap(({ application, resource, url, actions }) =>
    actions.map(({ action, class: answer, needs }) => ({
      application,
      resource,
      action,
      answer,
      needs: (needs ?? []).map(({ text }) => asSentence(text)),
      url: url ?? undefined,
    })),
  );
  return rows.toSorted((one, other) => ORDER[one.answer] - ORDER[other.answer]);
}

/** Returns the words of a need as a sentence. */
function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** An application as its user sees it: whether it can be read at all, and what that takes. */
export interface ApplicationAccess {
  application: string;
  answer: ReachRow['answer'];
  needs: string[];
  url: string | undefined;
}

/** Returns each application once, by the best answer to reading any part of it. The console's own is left out. */
export function applicationsOf(reach: Schemas['WhatCan']): ApplicationAccess[] {
  const best = new Map<string, ApplicationAccess>();
  for (const { application, action, answer, needs, url } of reachRows(reach)) {
    if (action !== 'read' || application === 'countersign' || best.has(application)) continue;
    best.set(application, { application, answer, needs, url });
  }
  return [...best.values()];
}
