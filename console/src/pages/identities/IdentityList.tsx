// The list of identities: people with their accounts, services and machines.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { Correlation } from './Correlation.tsx';
import { type Identity, listIdentities, placeOf } from './query.ts';

const words = texts.pages.identities;

const columns: Column<Identity>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: (identity) => (
      <RouteLink to="/identities/one" search={placeOf(identity)}>
        {identity.name}
      </RouteLink>
    ),
  },
  { id: 'kind', header: words.kind, cell: ({ kind }) => words.kinds[kind] },
  { id: 'accounts', header: words.accounts, cell: ({ accounts }) => accounts.toLocaleString() },
  { id: 'owner', header: words.owner, cell: (identity) => <Owner identity={identity} /> },
  { id: 'remarks', header: words.remarks, cell: (identity) => remarks(identity).join(', ') || texts.words.none },
];

export function IdentityList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="identities"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listIdentities}
      columns={columns}
      rowKey={({ source, key }) => `${source}/${key}`}
      searchLabel={words.search}
      filters={[
        { name: 'kind', label: words.kind, values: words.kinds },
        { name: 'state', label: words.withAccount, values: words.withStates },
        { name: 'lacks', label: words.lacks, values: words.lackable },
      ]}
      above={<Correlation />}
    />
  );
}

/** Who answers for an identity. */
export function Owner({ identity: { owner, owner_node: node } }: { identity: Identity }) {
  if (!owner) return <>{texts.words.none}</>;
  if (!node) return <>{owner}</>;
  return (
    <RouteLink to="/identities/one" search={placeOf(node)}>
      {owner}
    </RouteLink>
  );
}

/** Returns what an identity lacks, and what is doubtful about it. */
function remarks({ lacks, contradictions, recorded }: Identity): string[] {
  const found = lacks.map((lack) => words.lacking[lack]);
  if (contradictions > 0) found.push(words.contradictionCount(contradictions));
  if (!recorded) found.push(words.unrecorded);
  return found;
}
