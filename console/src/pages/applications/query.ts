// What the pages of applications ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Application = Schemas['Application'];
export type Stage = Schemas['ApplicationStage'];

const path = (application: string) => ({ params: { path: { application } } });

export const listApplications = (search: ListSearch) => answerOf(api.GET('/api/v1/applications', pageOf(search)));
export const showApplication = (name: string) => answerOf(api.GET('/api/v1/applications/{application}', path(name)));
export const setStage = (name: string, stage: Stage) =>
  answerOf(api.POST('/api/v1/applications/{application}/stage', { ...path(name), body: { stage } }));
