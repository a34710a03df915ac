// A plan while it runs and once it has ended. It is a job of the server: whoever knows its address can watch it.

import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { type Job, jobQuery, stopJob } from '../jobs/query.ts';
import { StartRollout } from '../rollouts/StartRollout.tsx';
import { PlanView } from './PlanView.tsx';
import type { PlanReport } from './query.ts';

const words = texts.pages.plans;

/** A finished plan, with the job that made it. */
export interface FinishedPlan {
  job: Job;
  report: PlanReport;
}

export function PlanRun({ id, children }: { id: string; children?: (plan: FinishedPlan) => ReactNode }) {
  const query = useQuery(jobQuery(id));
  const queries = useQueryClient();
  const stopping = useMutation({
    mutationFn: () => stopJob(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: jobQuery(id).queryKey }),
  });
  // A job that was stopped may be gone: what the person did is known all the same.
  if (stopping.isSuccess) return <Text role="status">{words.stopped}</Text>;
  if (query.isPending) return <Loading what={words.one} />;
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  const { state, share, error, result } = query.data;
  if (state === 'running') {
    const percent = Math.floor(share * 100);
    return (
      <Stack gap="xs" data-state="running">
        <Text role="status">{words.running(percent)}</Text>
        <Progress value={percent} aria-label={words.progress} />
        <Group>
          <Button variant="default" onClick={() => stopping.mutate()} loading={stopping.isPending}>
            {words.stop}
          </Button>
        </Group>
        {stopping.isError && <Failed error={stopping.error} />}
      </Stack>
    );
  }
  if (state === 'cancelled') return <Text role="status">{words.stopped}</Text>;
  if (state === 'failed') return <Failed error={new Error(error ?? words.failed)} />;
  if (result?.kind !== 'plan') return <Text>{words.notPlan}</Text>;
  return (
    <Stack gap="lg">
      {children?.({ job: query.data, report: result })}
      <Group>
        <StartRollout
          rehearsal={{
            id: query.data.id,
            isKnown: result.basis?.verdict === 'known',
            deniedPeople: result.newly_denied.people,
          }}
        />
      </Group>
      <PlanView job={query.data} report={result} />
    </Stack>
  );
}
