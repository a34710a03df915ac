// Decisions as they fall, filtered, and paused at will.

import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Filters } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Failed } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { decisionFilters } from './columns.tsx';
import { Following } from './Following.tsx';
import { listDecisions } from './query.ts';

const words = texts.pages.live;

export function Live() {
  useTitle(words.title);
  const search = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  // Asked first: a filter that is not valid, or a page that is closed, is said in the server's words.
  const allowed = useQuery({ queryKey: ['decisions', search, 'live'], queryFn: () => listDecisions(search) });
  const filters = new URLSearchParams(search as Record<string, string>).toString();
  return (
    <Stack>
      <div>
        <Title order={1}>{words.title}</Title>
        <Text c="dimmed">{words.lead}</Text>
      </div>
      <Filters search={search} filters={decisionFilters} go={(search) => void navigate({ to: '.', search })} />
      {allowed.isError && <Failed error={allowed.error} again={() => void allowed.refetch()} />}
      {allowed.isSuccess && <Following filters={filters} onEnd={() => void allowed.refetch()} />}
    </Stack>
  );
}
