// What the pages of the journal ask of the API.

import { answerOf, api } from '../../api/client.ts';
import { ProblemError } from '../../api/problem.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';
import type { FactRow } from './facts.ts';

/** The most facts that a file holds, and how many are asked for at a time. */
const MOST = 100_000;
const AT_A_TIME = '1000';

export const listFacts = (search: ListSearch) => answerOf(api.GET('/api/v1/facts', pageOf(search)));

/** Returns one fact, or nothing if the journal has none of this sequence. */
export async function showFact(sequence: string): Promise<FactRow | null> {
  try {
    return await answerOf(api.GET('/api/v1/facts/{sequence}', { params: { path: { sequence: sequence as never } } }));
  } catch (error) {
    // 422: it is no number.
    if (error instanceof ProblemError && (error.status === 404 || error.status === 422)) return null;
    throw error;
  }
}

/** Returns every fact that the address means, for a file, and whether there are more than it may hold. */
export async function allFacts(search: ListSearch): Promise<{ facts: FactRow[]; isCut: boolean }> {
  const facts: FactRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await listFacts({ ...search, limit: AT_A_TIME, cursor });
    facts.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor && facts.length < MOST);
  return { facts: facts.slice(0, MOST), isCut: cursor !== undefined };
}

export const verifyJournal = (anchor: string) =>
  answerOf(api.POST('/api/v1/journal/verify', { body: { anchor: anchor || undefined } }));
export const journalHead = () => answerOf(api.GET('/api/v1/journal/head'));
export const verifyEvidence = () => answerOf(api.POST('/api/v1/evidence/verify'));
