// What the page of grants asks of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Grant = Schemas['Grant'];

const path = (id: string) => ({ params: { path: { id } } });

export const listGrants = (search: ListSearch) => answerOf(api.GET('/api/v1/grants', pageOf(search)));
export const approveGrant = (id: string) => answerOf(api.POST('/api/v1/grants/{id}/approve', path(id)));
export const refuseGrant = (id: string, reason: string) =>
  answerOf(api.POST('/api/v1/grants/{id}/refuse', { ...path(id), body: { reason } }));
export const revokeGrant = (id: string, reason: string) =>
  answerOf(api.POST('/api/v1/grants/{id}/revoke', { ...path(id), body: { reason } }));
