// Stops a job that runs. Whoever may read what it reads may stop it.

import { READS_CONTROL } from '../../api/me.ts';
import { ActionButton } from '../../components/ActionButton.tsx';
import { texts } from '../../texts/index.ts';
import { type Job, stopJob } from './query.ts';

const words = texts.pages.jobs;

export function StopJob({ job: { id, state } }: { job: Job }) {
  if (state !== 'running') return null;
  return (
    <ActionButton label={words.stop} preview={words.stopConfirm} need={READS_CONTROL} act={() => stopJob(id)} danger />
  );
}
