// What the pages of decisions ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Decision = Schemas['Decision'];
export type DecisionBatch = Schemas['DecisionBatch'];

export const listDecisions = (search: ListSearch) => answerOf(api.GET('/api/v1/decisions', pageOf(search)));
export type AskedPolicies = Schemas['AskedPolicies'];
export type AnswerAgain = Schemas['AnswerAgain'];
export type SingleChange = Schemas['SingleChange'];

export const askAgain = (id: string, body: Schemas['AskAgain']) =>
  answerOf(api.POST('/api/v1/decisions/{id}/again', { params: { path: { id } }, body }));
export const whyDecision = (id: string) => answerOf(api.GET('/api/v1/decisions/{id}', { params: { path: { id } } }));
