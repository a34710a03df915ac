// What the page of exceptions asks of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Exception = Schemas['Exception'];

export const listExceptions = (search: ListSearch) => answerOf(api.GET('/api/v1/exceptions', pageOf(search)));
export const endException = (id: string, reason: string) =>
  answerOf(api.DELETE('/api/v1/exceptions/{id}', { params: { path: { id } }, body: { reason } }));
