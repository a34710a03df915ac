// The figures as a table: what there is now, how it went, what the trend could not see, and the way to the records.

import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Sparkline } from '../../components/Sparkline.tsx';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { coverageOf, type Figure, saidOf, type Trends, trendOf, withTrends } from './figures.ts';
import { trendsOf } from './query.ts';

const words = texts.pages.home;

export function Figures({ figures }: { figures: Figure[] }) {
  // The figures stand at once; their trends come beside them.
  const query = useQuery({ queryKey: ['trends'], queryFn: trendsOf });
  const trends = query.data;
  const rows = trends ? withTrends(figures, trends) : figures;
  return (
    <Stack gap="xs">
      <DataTable label={words.figures} rows={rows} rowKey={({ name }) => name} columns={columnsOf(trends)} />
      {query.isPending && (
        <Text c="dimmed" role="status">
          {texts.states.loading(words.trend)}
        </Text>
      )}
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
    </Stack>
  );
}

const columnsOf = (trends: Trends | undefined): Column<Figure>[] => [
  { id: 'figure', header: words.figure, cell: ({ name, to }) => <RouteLink to={to}>{name}</RouteLink> },
  { id: 'now', header: words.now, cell: ({ now }) => now },
  { id: 'trend', header: words.trend, cell: (figure) => <Trend of={figure} trends={trends} /> },
  { id: 'coverage', header: words.coverage, cell: (figure) => <Coverage of={figure} trends={trends} /> },
];

function Trend({ of, trends }: { of: Figure; trends: Trends | undefined }) {
  const trend = trendOf(trends, of.trend);
  if (!trend || !trends) return of.trend ? null : words.onlyNow;
  const said = saidOf(trend, trends.days);
  const values = trend.values.map((value) => value ?? null);
  return (
    <Stack gap={2}>
      {values.some((value) => value !== null) && <Sparkline values={values} label={`${of.name}: ${said}`} />}
      <Text size="sm">{said}</Text>
    </Stack>
  );
}

function Coverage({ of, trends }: { of: Figure; trends: Trends | undefined }) {
  const trend = trendOf(trends, of.trend);
  return <Text size="sm">{trend ? coverageOf(trend) : of.trend ? null : words.notByDay}</Text>;
}
