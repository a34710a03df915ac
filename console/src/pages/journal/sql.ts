// The questions in SQL that pages ask over the facts of the journal. The server lists facts in no other way.

import type { ListSearch } from '../../components/list-search.ts';

/** Returns a text as SQL writes it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const COLUMNS = 'sequence, at, kind, stated_by, body';

/** Returns the conditions that the filters of the address mean, as one WHERE clause or nothing. */
function where(search: ListSearch): string {
  const { kind, by, about, q, cursor, since } = search;
  const conditions = [
    kind && `starts_with(kind, ${quoted(`${kind}.`)})`,
    by && `stated_by = ${quoted(by)}`,
    about && `strpos(body, ${quoted(about)}) > 0`,
    q && `strpos(lower(kind || ' ' || body), ${quoted(q.toLowerCase())}) > 0`,
    since && `at >= TIMESTAMP ${quoted(since)}`,
    // A cursor is the sequence of the last row of the page before.
    cursor && /^\d+$/.test(cursor) && `sequence ${search.order === 'asc' ? '>' : '<'} ${cursor}`,
  ].filter(Boolean);
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
}

/** Returns the question for a page of facts, the newest first unless the address says otherwise. */
export function factsSql(search: ListSearch, limit: number): string {
  const order = search.order === 'asc' ? 'ASC' : 'DESC';
  return `SELECT ${COLUMNS} FROM facts${where(search)} ORDER BY sequence ${order} LIMIT ${limit}`;
}

/** Returns the question for one fact. Anything but a number asks for none. */
export function factSql(sequence: string): string {
  return `SELECT ${COLUMNS} FROM facts WHERE sequence = ${/^\d+$/.test(sequence) ? sequence : '0'}`;
}
