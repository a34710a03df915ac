// The list of sources of identities, each with its last import, and the form that declares one.

import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import type { Column } from '../../components/DataTable.tsx';
import { FormAction, Sentences } from '../../components/FormAction.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { Expected } from './Expected.tsx';
import { declareSource, listSources, type Source, total } from './query.ts';

const words = texts.pages.sources;

const columns: Column<Source>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: ({ name }) => <RouteLink to={`/sources/${name}`}>{name}</RouteLink>,
  },
  { id: 'title', header: words.sourceTitle, cell: ({ title }) => title },
  { id: 'format', header: words.format, cell: ({ format }) => format },
  {
    id: 'imported',
    header: words.imported,
    cell: ({ last_import: last }) => (last ? <Moment at={last.applied_at} /> : words.never),
  },
  { id: 'expected', header: words.expected, cell: (source) => <Expected of={source} /> },
  {
    id: 'by',
    header: words.by,
    cell: ({ last_import: last }) => <Named id={last?.applied_by} name={last?.applied_by_name} isShort />,
  },
  {
    id: 'nodes',
    header: words.nodes,
    cell: ({ last_import: last }) => (last ? total(last.nodes).toLocaleString() : texts.words.none),
  },
  {
    id: 'edges',
    header: words.edges,
    cell: ({ last_import: last }) => (last ? total(last.edges).toLocaleString() : texts.words.none),
  },
];

export function SourcesList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="sources"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listSources}
      columns={columns}
      rowKey={({ name }) => name}
      searchLabel={words.search}
      actions={
        <FormAction
          label={words.declare}
          need={ADMINISTERS}
          fields={[
            { name: 'name', label: words.name, about: words.nameAbout },
            { name: 'format', label: words.format, about: words.formatAbout, initial: 'ldif' },
            { name: 'title', label: words.sourceTitle },
            { name: 'purpose', label: words.purpose },
            { name: 'owner', label: words.owner, about: words.ownerAbout },
            {
              name: 'authoritative',
              label: words.authoritative,
              about: words.authoritativeAbout,
              options: ['no', 'yes'],
              initial: 'no',
            },
            {
              name: 'hours',
              label: words.expectEvery,
              about: words.expectEveryAbout,
              number: [1, 8784],
              optional: true,
            },
          ]}
          preview={({ name = '' }) => <Sentences of={[words.declareConfirm(name), words.howToImport(name)]} />}
          act={declareSource}
        />
      }
    />
  );
}
