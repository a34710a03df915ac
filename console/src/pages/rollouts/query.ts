// What the pages of rollouts ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';
import { allFacts } from '../journal/query.ts';

export type Rollout = Schemas['Rollout'];

export const startRollout = (body: Schemas['NewRollout']) => answerOf(api.POST('/api/v1/rollouts', { body }));

/** Returns the facts that count whom a rollout turned since it was started. */
export const countedFacts = async (id: string, since: string | undefined) =>
  (await allFacts({ about: id, since, kind: 'rollout.counted' })).facts;

export const listRollouts = (search: ListSearch) => answerOf(api.GET('/api/v1/rollouts', pageOf(search)));

const of = (id: string) => ({ params: { path: { id } } });

export const showRollout = (id: string) => answerOf(api.GET('/api/v1/rollouts/{id}', of(id)));
export const advanceRollout = (id: string) => answerOf(api.POST('/api/v1/rollouts/{id}/advance', of(id)));
export const haltRollout = (id: string, reason: string) =>
  answerOf(api.POST('/api/v1/rollouts/{id}/halt', { ...of(id), body: { reason } }));
