// The stages of a rollout: whom each reaches, what was predicted for it, and when it was reached.

import { type Column, DataTable } from '../../components/DataTable.tsx';
import { Moment } from '../../components/Moment.tsx';
import { texts } from '../../texts/index.ts';
import type { Rollout } from './query.ts';

const words = texts.pages.rollouts;

export function StageTable({ of: { steps, moves, dry_run } }: { of: Rollout }) {
  const known = (n: number | null | undefined) => n ?? words.notPredicted;
  const reached: Column<Rollout['steps'][number]> = {
    id: 'reached',
    header: words.reached,
    cell: ({ percent }) => {
      const move = moves.find((one) => one.percent === percent);
      return move ? <Moment at={move.at} /> : words.notReached;
    },
  };
  const columns: Column<Rollout['steps'][number]>[] = [
    { id: 'stage', header: words.stage, cell: ({ percent }) => words.percentOf(percent) },
    // A preview has reached nobody.
    ...(dry_run ? [] : [reached]),
    { id: 'people', header: words.inSample, cell: ({ people }) => people },
    { id: 'seen', header: words.seen, cell: ({ seen }) => known(seen) },
    { id: 'predicted', header: words.predicted, cell: (step) => known(step.newly_denied) },
    { id: 'allowed', header: words.predictedAllowed, cell: (step) => known(step.newly_allowed) },
  ];
  return <DataTable label={words.stages} rows={steps} columns={columns} rowKey={({ percent }) => String(percent)} />;
}
