// What the page of questions asks of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';

export type Table = Schemas['QueryTable'];
export type Answer = Schemas['QueryAnswer'];

export const tables = () => answerOf(api.GET('/api/v1/query/tables'));

/** Asks a question. The server ends it when `signal` says that nobody waits for it any more. */
export const ask = (sql: string, signal: AbortSignal) => answerOf(api.POST('/api/v1/query', { body: { sql }, signal }));
