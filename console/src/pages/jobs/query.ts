// What the pages of jobs ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Job = Schemas['Job'];

export const listJobs = (search: ListSearch) => answerOf(api.GET('/api/v1/jobs', pageOf(search)));
export const showJob = (id: string) => answerOf(api.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
export const stopJob = (id: string) => answerOf(api.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } }));
