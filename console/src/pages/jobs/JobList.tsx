// The jobs of all processes, newest first.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { type Job, listJobs } from './query.ts';
import { StopJob } from './StopJob.tsx';

const words = texts.pages.jobs;

const columns: Column<Job>[] = [
  {
    id: 'kind',
    header: words.kind,
    cell: ({ id, kind }) => <RouteLink to={`/jobs/${id}`}>{words.kinds[kind]}</RouteLink>,
  },
  { id: 'state', header: words.state, cell: ({ state }) => words.states[state] },
  { id: 'progress', header: words.progress, cell: ({ share }) => words.percent(share) },
  {
    id: 'by',
    header: words.by,
    cell: ({ asked_by, asked_by_name }) => <Named id={asked_by} name={asked_by_name} isShort />,
  },
  { id: 'started', header: words.started, sort: 'started_at', cell: ({ started_at }) => <Moment at={started_at} /> },
  {
    id: 'ended',
    header: words.ended,
    cell: ({ ended_at }) => (ended_at ? <Moment at={ended_at} /> : texts.words.none),
  },
  { id: 'stop', header: words.action, cell: (job) => <StopJob job={job} /> },
];

export function JobList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="jobs"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listJobs}
      columns={columns}
      rowKey={({ id }) => id}
    />
  );
}
