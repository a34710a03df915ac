// How a rollout went: predicted against actual over time, as a chart and as a table. It follows the rollout while it runs.

import { Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { countedFacts, type Rollout } from './query.ts';
import { limitOf, type SeriesPoint, seriesOf } from './series.ts';

const words = texts.pages.rollouts;

const SeriesChart = lazy(() => import('./SeriesChart.tsx'));

const columns: Column<SeriesPoint>[] = [
  { id: 'at', header: words.at, cell: ({ at }) => <Moment at={at} /> },
  { id: 'percent', header: words.percent, cell: ({ percent }) => words.percentOf(percent) },
  { id: 'actual', header: words.actual, cell: ({ actual }) => actual },
  { id: 'predicted', header: words.predictedLine, cell: ({ predicted }) => predicted ?? words.notPredicted },
];

export function Series({ of, at }: { of: Rollout; at: number }) {
  const started = of.moves[0]?.at;
  const query = useQuery({
    // The journal is read again only when somebody was counted since.
    queryKey: ['rollouts', 'counted', of.id, of.newly_denied.accesses, of.newly_allowed.accesses],
    queryFn: () => countedFacts(of.id, started),
    placeholderData: keepPreviousData,
    enabled: started !== undefined,
  });
  const points = useMemo(() => seriesOf(of, query.data ?? []), [of, query.data]);
  if (query.isPending) return <Loading what={words.series} />;
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  const limit = limitOf(of);
  const until =
    of.state === 'running' || of.state === 'finished' ? new Date(at).toISOString() : (of.moves.at(-1)?.at ?? '');
  return (
    <>
      {limit !== undefined && <Text>{words.limitNote(limit)}</Text>}
      <Suspense fallback={<Loading what={words.chart} />}>
        <SeriesChart points={points} limit={limit} until={until} />
      </Suspense>
      <details>
        <summary>{words.asTable(points.length)}</summary>
        <DataTable
          label={words.series}
          rows={points}
          columns={columns}
          rowKey={({ at, actual, percent }) => `${at} ${actual} ${percent}`}
        />
      </details>
    </>
  );
}
