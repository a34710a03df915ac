// The items of one access review.

import { useParams, useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { accessColumns, Whose } from './ItemColumns.tsx';
import { type Item, listItems } from './query.ts';

const words = texts.pages.reviews;

const columns: Column<Item>[] = [
  { id: 'number', header: words.number, sort: 'number', cell: ({ number }) => number.toLocaleString() },
  { id: 'whose', header: words.whose, cell: (item) => <Whose item={item} /> },
  ...accessColumns,
  {
    id: 'reviewer',
    header: words.reviewer,
    cell: ({ reviewer, reviewer_role: role }) =>
      reviewer ? `${reviewer.name ?? reviewer.id} (${words.roles[role]})` : words.nobody,
  },
  {
    id: 'decision',
    header: words.decision,
    cell: ({ decision }) =>
      decision ? [words.verdicts[decision.verdict], decision.reason].filter(Boolean).join(': ') : words.undecided,
  },
];

export function ReviewItems() {
  const { review: id = '' } = useParams({ strict: false }) as { review?: string };
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name={`review-items ${id}`}
      title={words.items}
      lead={words.itemsLead}
      search={search}
      load={(asked) => listItems(id, asked)}
      columns={columns}
      rowKey={({ number }) => String(number)}
      searchLabel={words.search}
      filters={[
        { name: 'state', label: words.state, values: words.itemStates },
        { name: 'reviewer', label: words.reviewer },
      ]}
      above={<RouteLink to={`/reviews/${id}`}>{words.back}</RouteLink>}
    />
  );
}
