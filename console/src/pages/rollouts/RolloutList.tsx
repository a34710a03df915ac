// The staged rollouts, newest first.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { listRollouts, type Rollout } from './query.ts';

const words = texts.pages.rollouts;

const columns: Column<Rollout>[] = [
  {
    id: 'policy',
    header: words.policy,
    cell: ({ id, policy }) => <RouteLink to={`/rollouts/${id}`}>{policy}</RouteLink>,
  },
  { id: 'state', header: words.state, cell: ({ state }) => words.states[state] },
  { id: 'percent', header: words.percent, cell: ({ percent }) => words.percentOf(percent) },
  { id: 'due', header: words.due, cell: ({ due_at }) => (due_at ? <Moment at={due_at} /> : texts.words.none) },
  {
    id: 'denied',
    header: words.newlyDenied,
    cell: ({ newly_denied: { people, accesses } }) => words.turned(people, accesses),
  },
  { id: 'halt', header: words.haltIf, cell: ({ halt_if }) => halt_if },
  { id: 'why', header: words.why, cell: ({ why }) => why ?? texts.words.none },
];

export function RolloutList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="rollouts"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listRollouts}
      columns={columns}
      rowKey={({ id }) => id}
      filters={[{ name: 'active', label: words.active, values: words.actives }]}
    />
  );
}
