// The versions of the policies and of the settings, newest first, and the way back to one of them.

import { Badge } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { texts } from '../../texts/index.ts';
import { Digest } from './Digest.tsx';
import { listVersions, type Version } from './query.ts';
import { RollBack } from './RollBack.tsx';

const words = texts.pages.versions;

const columns: Column<Version>[] = [
  { id: 'at', header: words.at, sort: 'seq', cell: ({ at }) => <Moment at={at} /> },
  { id: 'by', header: words.by, cell: ({ by, by_name }) => <Named id={by} name={by_name} isShort /> },
  { id: 'of', header: words.of, cell: ({ of = 'policies' }) => words.ofs[of] },
  { id: 'version', header: words.version, cell: ({ version }) => <Digest of={version} /> },
  { id: 'why', header: words.why, cell: ({ why }) => why ?? texts.words.none },
  {
    id: 'rehearsal',
    header: words.rehearsal,
    cell: ({ rehearsal }) => (rehearsal ? <Digest of={rehearsal} /> : texts.words.none),
  },
  { id: 'removed', header: words.removed, cell: ({ removed = [] }) => removed.join(', ') || texts.words.none },
  { id: 'state', header: words.state, cell: (version) => <Standing of={version} /> },
];

export function VersionsList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="policy-versions"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listVersions}
      columns={columns}
      rowKey={({ seq }) => String(seq)}
      above={<WhatChangingNeeds need={ADMINISTERS} />}
    />
  );
}

/** Whether a version is in force, and the way back to it if it is not. */
function Standing({ of: version }: { of: Version }) {
  if (!version.in_force) return <RollBack to={version} />;
  return (
    <Badge variant="outline" color="gray" c="inherit" miw="max-content">
      {words.inForce}
    </Badge>
  );
}
