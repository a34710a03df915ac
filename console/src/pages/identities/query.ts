// What the pages of identities ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Identity = Schemas['InventoryIdentity'];
export type KnownIdentity = Schemas['KnownInventoryIdentity'];
export type Account = Schemas['CorrelatedAccount'];
export type RuleEvidence = Schemas['RuleEvidence'];
export type Place = Schemas['NodeReference'];

export const listIdentities = (search: ListSearch) => answerOf(api.GET('/api/v1/inventory/identities', pageOf(search)));
export const listQueue = (search: ListSearch) =>
  answerOf(api.GET('/api/v1/inventory/identities/queue', pageOf(search)));
export const showIdentity = (source: string, key: string) =>
  answerOf(api.GET('/api/v1/inventory/identity', { params: { query: { source, key } } }));
export const correlation = () => answerOf(api.GET('/api/v1/inventory/identities/correlation', {}));
export const decide = (ruling: Schemas['IdentityRuling'], one: Place, other: Place, reason: string) =>
  answerOf(api.POST('/api/v1/inventory/identities/decisions', { body: { ruling, one, other, reason } }));
export const undo = (decision: string, reason: string) =>
  answerOf(
    api.POST('/api/v1/inventory/identities/decisions/{decision}/undo', {
      params: { path: { decision } },
      body: { reason },
    }),
  );

/** Returns where a node is, without anything else that is known of it. */
export const placeOf = ({ source, key }: Place): Place => ({ source, key });
