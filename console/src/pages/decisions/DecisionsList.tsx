// The list of recorded decisions, the newest first.

import { useSearch } from '@tanstack/react-router';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { texts } from '../../texts/index.ts';
import { decisionColumns, decisionFilters } from './columns.tsx';
import { listDecisions } from './query.ts';

const words = texts.pages.decisions;

export function DecisionsList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="decisions"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listDecisions}
      columns={decisionColumns}
      rowKey={({ id }) => id}
      filters={decisionFilters}
    />
  );
}
