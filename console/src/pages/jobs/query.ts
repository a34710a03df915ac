// What the pages of jobs ask of the API.

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Job = Schemas['Job'];

export const listJobs = (search: ListSearch) => answerOf(api.GET('/api/v1/jobs', pageOf(search)));
export const stopJob = (id: string) => answerOf(api.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } }));

/** How often a page asks for a job that runs. */
const PACE_MS = 500;

/** One job, asked for again while it runs. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: () => answerOf(api.GET('/api/v1/jobs/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? PACE_MS : false),
  });
