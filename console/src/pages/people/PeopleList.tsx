// The list of people.

import { Badge } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { DANGER } from '../../components/colours.ts';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { NamedList } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { listPeople, type Person } from './query.ts';

const words = texts.pages.people;

const columns: Column<Person>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: (person) => <RouteLink to={`/people/${person.id}`}>{person.name}</RouteLink>,
  },
  { id: 'email', header: words.email, sort: 'email', cell: (person) => person.email },
  { id: 'kind', header: words.kind, cell: (person) => words.kinds[person.kind] },
  {
    id: 'standing',
    header: words.standing,
    cell: (person) =>
      person.standing === 'suspended' ? (
        <Badge color="red" c={DANGER} variant="outline">
          {words.standings.suspended}
        </Badge>
      ) : (
        words.standings.active
      ),
  },
  { id: 'risk', header: words.risk, cell: (person) => words.risks[person.risk.level] },
  { id: 'passkeys', header: words.passkeys, cell: (person) => person.passkeys },
  { id: 'groups', header: words.groups, cell: (person) => <NamedList kind="group" of={person.groups} /> },
];

export function PeopleList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="people"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listPeople}
      columns={columns}
      rowKey={({ id }) => id}
      searchLabel={words.search}
      filters={[
        { name: 'kind', label: words.kind, values: words.kinds },
        { name: 'standing', label: words.standing, values: words.standings },
      ]}
    />
  );
}
