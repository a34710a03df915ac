// The list of groups.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { type Group, listGroups } from './query.ts';

const words = texts.pages.groups;

const columns: Column<Group>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: ({ name }) => <RouteLink to={`/groups/${name}`}>{name}</RouteLink>,
  },
  { id: 'purpose', header: words.purpose, cell: ({ purpose }) => purpose || texts.words.none },
  { id: 'members', header: words.members, cell: ({ members }) => members.length },
];

export function GroupsList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="groups"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listGroups}
      columns={columns}
      rowKey={({ name }) => name}
      searchLabel={words.search}
    />
  );
}
