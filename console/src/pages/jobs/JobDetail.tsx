// One job: how far it is, and its result once it has finished. A plan shows as one; any other result as it was sent.

import { Code, Progress, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { PlanView } from '../policies/PlanView.tsx';
import { type Job, jobQuery } from './query.ts';
import { StopJob } from './StopJob.tsx';

const words = texts.pages.jobs;

export function JobDetail() {
  const { job: id = '' } = useParams({ strict: false }) as { job?: string };
  const query = useQuery(jobQuery(id));
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ kind }) => words.kinds[kind]}
      facts={(job) => [
        [words.state, words.states[job.state]],
        [words.progress, words.percent(job.share)],
        [words.accesses, job.accesses],
        [words.by, job.asked_by ? <Named key="by" id={job.asked_by} name={job.asked_by_name} /> : undefined],
        [words.started, <Moment key="started" at={job.started_at} />],
        [words.ended, job.ended_at ? <Moment key="ended" at={job.ended_at} /> : undefined],
        [words.process, job.process ?? undefined],
        [words.error, job.error ?? undefined],
        [words.digest, job.digest ?? undefined],
        [texts.pages.people.id, job.id],
      ]}
      actions={(job) => <StopJob job={job} />}
    >
      {(job) => <Result job={job} />}
    </DetailPage>
  );
}

function Result({ job }: { job: Job }) {
  const { state, share, result } = job;
  if (state === 'running') return <Progress value={share * 100} aria-label={words.progress} />;
  if (!result) return <Empty>{words.noResult}</Empty>;
  if (result.kind === 'plan') return <PlanView job={job} report={result} />;
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {words.result}
      </Title>
      <Code block tabIndex={0} aria-label={words.result} role="region">
        {JSON.stringify(result, null, 2)}
      </Code>
    </section>
  );
}
