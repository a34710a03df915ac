// What the page of sessions asks of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Session = Schemas['Session'];

export const listSessions = (search: ListSearch) => answerOf(api.GET('/api/v1/sessions', pageOf(search)));
export const endSession = (id: string) => answerOf(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } }));
