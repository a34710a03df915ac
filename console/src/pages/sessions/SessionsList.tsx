// The list of sessions that have not ended, each with a way to end it.

import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { NamedList } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { endSession, listSessions, type Session } from './query.ts';

const words = texts.pages.sessions;

const columns: Column<Session>[] = [
  {
    id: 'person',
    header: words.person,
    cell: ({ person, email }) => <RouteLink to={`/people/${person}`}>{email}</RouteLink>,
  },
  { id: 'started', header: words.started, sort: 'started_at', cell: ({ started_at }) => <Moment at={started_at} /> },
  { id: 'proved', header: words.proved, cell: ({ proved_at }) => <Moment at={proved_at} /> },
  { id: 'expires', header: words.expires, sort: 'expires_at', cell: ({ expires_at }) => <Moment at={expires_at} /> },
  { id: 'address', header: words.address, cell: ({ address }) => address ?? texts.words.none },
  { id: 'at', header: words.at, cell: ({ applications }) => <NamedList kind="application" of={applications} /> },
  {
    id: 'end',
    header: words.end,
    cell: ({ id, email }) => (
      <ActionButton
        label={words.end}
        preview={words.endConfirm(email)}
        need={ADMINISTERS}
        act={() => endSession(id)}
        danger
      />
    ),
  },
];

export function SessionsList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="sessions"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listSessions}
      columns={columns}
      rowKey={({ id }) => id}
      filters={[{ name: 'person', label: words.ofPerson }]}
    >
      <WhatChangingNeeds need={ADMINISTERS} />
    </ListPage>
  );
}
