// What the pages of grants and proposals ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Grant = Schemas['Grant'];
export type Proposal = Schemas['Proposal'];

const path = (id: string) => ({ params: { path: { id } } });

export const listGrants = (search: ListSearch) => answerOf(api.GET('/api/v1/grants', pageOf(search)));
export const showGrant = (id: string) => answerOf(api.GET('/api/v1/grants/{id}', path(id)));
export const approveGrant = (id: string) => answerOf(api.POST('/api/v1/grants/{id}/approve', path(id)));
export const refuseGrant = (id: string, reason: string) =>
  answerOf(api.POST('/api/v1/grants/{id}/refuse', { ...path(id), body: { reason } }));
export const revokeGrant = (id: string, reason: string) =>
  answerOf(api.POST('/api/v1/grants/{id}/revoke', { ...path(id), body: { reason } }));

export const listProposals = (search: ListSearch) => answerOf(api.GET('/api/v1/proposals', pageOf(search)));
export const showProposal = (id: string) => answerOf(api.GET('/api/v1/proposals/{id}', path(id)));
export const countersign = (id: string, digest: string) =>
  answerOf(api.POST('/api/v1/proposals/{id}/countersign', { ...path(id), body: { digest } }));
export const refuseProposal = (id: string, reason: string) =>
  answerOf(api.POST('/api/v1/proposals/{id}/refuse', { ...path(id), body: { reason } }));

/** What nobody answered yet. The server lists at most a page of each; the lists have the rest. */
export async function waiting() {
  const [grants, proposals] = await Promise.all([listGrants({ state: 'requested' }), listProposals({ state: 'open' })]);
  return { grants: grants.items, proposals: proposals.items };
}
