// The list of service accounts.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { listServices, type Service } from './query.ts';

const words = texts.pages.services;

const columns: Column<Service>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: ({ id, name }) => <RouteLink to={`/services/${id}`}>{name}</RouteLink>,
  },
  { id: 'purpose', header: words.purpose, cell: ({ purpose }) => purpose },
  { id: 'owner', header: words.owner, cell: ({ owner, owner_name }) => <Named id={owner} name={owner_name} isShort /> },
  { id: 'risk', header: words.risk, cell: ({ risk }) => texts.pages.people.risks[risk.level] },
  { id: 'tokens', header: words.tokens, cell: ({ tokens }) => tokens.filter(({ expired }) => !expired).length },
];

export function ServicesList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="services"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listServices}
      columns={columns}
      rowKey={({ id }) => id}
      searchLabel={words.search}
    />
  );
}
