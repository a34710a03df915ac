// The list of applications.

import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { ADMINISTERS, usePermission } from '../../api/me.ts';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { type Application, listApplications } from './query.ts';

const words = texts.pages.applications;

const columns: Column<Application>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: ({ name }) => <RouteLink to={`/applications/${name}`}>{name}</RouteLink>,
  },
  { id: 'title', header: words.title2, cell: ({ declared }) => declared.title },
  { id: 'owner', header: words.owner, cell: ({ declared }) => declared.owner },
  { id: 'stage', header: words.stage, cell: ({ declared }) => words.stages[declared.stage ?? 'observe'] },
  {
    id: 'sensitivity',
    header: words.sensitivity,
    cell: ({ declared }) => (declared.sensitivity ? words.sensitivities[declared.sensitivity] : words.unlabelled),
  },
];

export function ApplicationsList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="applications"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listApplications}
      columns={columns}
      rowKey={({ name }) => name}
      searchLabel={words.search}
      actions={<ProtectLink />}
    />
  );
}

function ProtectLink() {
  if (!usePermission(ADMINISTERS).allowed) return null;
  return (
    <Button component={Link} to={'/protect' as never}>
      {texts.pages.protect.title}
    </Button>
  );
}
