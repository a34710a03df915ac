// What the pages of the journal ask of the API.

import { answerOf, api } from '../../api/client.ts';
import { PAGE } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { factsOf } from './facts.ts';
import { factSql, factsSql } from './sql.ts';

/** The most rows that one answer of the server may have. */
const MOST_ROWS = 100_000;

const ask = (sql: string, rows: number) => answerOf(api.POST('/api/v1/query', { body: { sql, max_rows: rows } }));

/** Returns a page of facts. Its `next` is the sequence after which the next one goes on. */
export async function listFacts(search: ListSearch) {
  const limit = Number(PAGE);
  const items = factsOf(await ask(factsSql(search, limit + 1), limit + 1));
  const shown = items.slice(0, limit);
  return { items: shown, next: items.length > limit ? String(shown.at(-1)?.sequence) : undefined };
}

export async function showFact(sequence: string) {
  return factsOf(await ask(factSql(sequence), 1))[0];
}

/** Returns the facts that name an id, the newest first, at most a page of them. `since` spares reading older ones. */
export async function factsAbout(about: string, since?: string) {
  return (await listFacts({ about, since })).items;
}

/** Returns every fact that the address means, for a file. */
export const allFacts = (search: ListSearch) => ask(factsSql({ ...search, cursor: undefined }, MOST_ROWS), MOST_ROWS);

export const verifyJournal = (anchor: string) =>
  answerOf(api.POST('/api/v1/journal/verify', { body: { anchor: anchor || undefined } }));
export const journalHead = () => answerOf(api.GET('/api/v1/journal/head'));
export const verifyEvidence = () => answerOf(api.POST('/api/v1/evidence/verify'));
