import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { listProposals, type Proposal } from './query.ts';

const words = texts.pages.proposals;

const columns: Column<Proposal>[] = [
  {
    id: 'what',
    header: words.what,
    cell: ({ id, text }) => <RouteLink to={`/proposals/${id}`}>{text}</RouteLink>,
  },
  { id: 'by', header: words.by, cell: ({ by, by_name }) => <Named id={by} name={by_name} isShort /> },
  { id: 'state', header: texts.pages.people.state, cell: ({ state }) => words.states[state] },
  {
    id: 'at',
    header: words.at,
    sort: 'proposed_at',
    cell: ({ proposed_at }) => <Moment at={proposed_at} />,
  },
  { id: 'until', header: words.until, cell: ({ expires_at }) => <Moment at={expires_at} /> },
];

export function ProposalList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="proposals"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listProposals}
      columns={columns}
      rowKey={({ id }) => id}
      filters={[{ name: 'state', label: texts.pages.people.state, values: words.states }]}
    />
  );
}
