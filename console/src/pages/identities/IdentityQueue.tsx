// The accounts about which a person should decide, each with its candidates.

import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { Candidates } from './Candidates.tsx';
import { Correlation } from './Correlation.tsx';
import { type Account, listQueue, placeOf } from './query.ts';

const words = texts.pages.identities;

const columns: Column<Account>[] = [
  {
    id: 'name',
    header: words.account,
    sort: 'name',
    cell: (account) => (
      <RouteLink to="/inventory/node" search={placeOf(account)}>
        {account.name}
      </RouteLink>
    ),
  },
  {
    id: 'source',
    header: words.source,
    cell: ({ source }) => <RouteLink to={`/sources/${source}`}>{source}</RouteLink>,
  },
  { id: 'state', header: words.state, cell: ({ state }) => words.states[state] },
  { id: 'candidates', header: words.candidates, cell: (account) => <Candidates account={account} /> },
];

export function IdentityQueue() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="identity-queue"
      title={words.queue}
      lead={words.queueLead}
      search={search}
      load={listQueue}
      columns={columns}
      rowKey={({ source, key }) => `${source}/${key}`}
      searchLabel={words.searchAccounts}
      filters={[
        { name: 'state', label: words.state, values: words.states },
        { name: 'source', label: words.source },
      ]}
      above={
        <>
          <Correlation />
          <WhatChangingNeeds need={ADMINISTERS} />
        </>
      }
    />
  );
}
