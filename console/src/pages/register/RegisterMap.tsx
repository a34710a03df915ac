// The map of the register, and the same as a table for whoever cannot see it.

import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { edgesOf, ITEM_MARKS, type MapEdge } from './map.ts';
import { allTrusts } from './query.ts';

const words = texts.pages.register;

// The library that draws graphs is large, so it is loaded when a map is drawn.
const Graph = lazy(() => import('./Graph.tsx'));

const columns: Column<MapEdge>[] = [
  {
    id: 'cohort',
    header: words.cohort,
    cell: ({ cohort, application, item }) => (
      <RouteLink to="/register" search={{ cohort, application, item }}>
        {words.cohorts[cohort]}
      </RouteLink>
    ),
  },
  { id: 'application', header: words.application, cell: ({ application }) => application },
  { id: 'item', header: words.item, cell: ({ item }) => `${ITEM_MARKS[item].letter} \u2014 ${words.items[item]}` },
  { id: 'accesses', header: words.accesses, cell: ({ accesses }) => accesses },
  { id: 'entries', header: words.entries, cell: ({ entries }) => entries },
  {
    id: 'documented',
    header: words.states.documented,
    cell: ({ documented }) => (documented ? texts.words.yes : texts.words.no),
  },
];

export function RegisterMap() {
  useTitle(words.map);
  const query = useQuery({ queryKey: ['trusts', 'map'], queryFn: allTrusts });
  const edges = useMemo(() => edgesOf(query.data?.items ?? []), [query.data]);
  return (
    <Stack>
      <Group justify="space-between" align="start">
        <div>
          <Title order={1}>{words.map}</Title>
          <Text c="dimmed">{words.mapLead}</Text>
        </div>
        <RouteLink to={'/register'}>{words.asTable}</RouteLink>
      </Group>
      {query.isPending && <Loading what={words.map} />}
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isSuccess && edges.length === 0 && <Empty>{words.noTrust}</Empty>}
      {edges.length > 0 && (
        <>
          <Suspense fallback={<Loading what={words.map} />}>
            <Graph edges={edges} />
          </Suspense>
          <DataTable
            label={words.edges}
            rows={edges}
            columns={columns}
            rowKey={({ cohort, application, item }) => [cohort, application, item].join(' ')}
          />
        </>
      )}
      {query.data?.next && <Text role="status">{words.mapPart}</Text>}
    </Stack>
  );
}
