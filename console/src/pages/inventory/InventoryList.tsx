// The list of everything that the sources describe.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { type InventoryNode, listNodes } from './query.ts';

const words = texts.pages.inventory;

const columns: Column<InventoryNode>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: ({ name, source, key }) => (
      <RouteLink to="/inventory/node" search={{ source, key }}>
        {name}
      </RouteLink>
    ),
  },
  { id: 'kind', header: words.kind, cell: ({ kind }) => words.kinds[kind] },
  {
    id: 'source',
    header: words.source,
    cell: ({ source }) => <RouteLink to={`/sources/${source}`}>{source}</RouteLink>,
  },
  { id: 'key', header: words.key, cell: ({ key }) => key },
];

export function InventoryList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="inventory"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listNodes}
      columns={columns}
      rowKey={({ source, key }) => `${source}/${key}`}
      searchLabel={words.search}
      filters={[
        { name: 'kind', label: words.kind, values: words.kinds },
        { name: 'source', label: words.source },
      ]}
    />
  );
}
