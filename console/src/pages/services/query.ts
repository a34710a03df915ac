// What the pages of service accounts ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Service = Schemas['Service'];

const path = (id: string) => ({ params: { path: { id } } });

export const listServices = (search: ListSearch) => answerOf(api.GET('/api/v1/services', pageOf(search)));
export const showService = (id: string) => answerOf(api.GET('/api/v1/services/{id}', path(id)));
export const revokeToken = (id: string) => answerOf(api.DELETE('/api/v1/tokens/{id}', path(id)));
