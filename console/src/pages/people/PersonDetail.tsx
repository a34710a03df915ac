// One person: who they are, what is theirs, what they can reach.

import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage, DetailSection } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named, NamedList } from '../../components/Named.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import {
  credentialsOf,
  endSessionsOf,
  grantsOf,
  type Person,
  reachOf,
  restorePerson,
  sessionsOf,
  showPerson,
  suspendPerson,
} from './query.ts';
import { reachRows } from './reach.ts';

const words = texts.pages.people;

export function PersonDetail() {
  const { person: id = '' } = useParams({ strict: false }) as { person?: string };
  const query = useQuery({ queryKey: ['people', id], queryFn: () => showPerson(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(person) => person.name}
      facts={(person) => [
        [words.email, person.email],
        [words.kind, words.kinds[person.kind]],
        [words.standing, words.standings[person.standing]],
        [words.suspendedBecause, person.suspended_because ?? undefined],
        [words.risk, [words.risks[person.risk.level], ...(person.risk.reasons ?? [])].join(': ')],
        [words.groups, <NamedList key="groups" kind="group" of={person.groups} />],
        [words.aliases, person.aliases.join(', ') || undefined],
        [words.invitations, person.open_invitations],
        [words.id, person.id],
      ]}
      actions={(person) => <Actions person={person} />}
    >
      {(person) => (
        <>
          <WhatChangingNeeds need={ADMINISTERS} />
          <Sections id={person.id} />
          <History about={person.id} />
        </>
      )}
    </DetailPage>
  );
}

function Actions({ person }: { person: Person }) {
  const sessions = useQuery({ queryKey: ['people', person.id, 'sessions'], queryFn: () => sessionsOf(person.id) });
  const n = sessions.data?.items.length ?? 0;
  return (
    <>
      {n > 0 && (
        <ActionButton
          label={words.endSessions}
          preview={words.endSessionsConfirm(person.name, n)}
          need={ADMINISTERS}
          act={() => endSessionsOf(person.id)}
          danger
        />
      )}
      {person.standing === 'active' ? (
        <ActionButton
          key="suspend"
          label={words.suspend}
          preview={words.suspendConfirm(person.name)}
          need={ADMINISTERS}
          reason={words.reason}
          act={(reason) => suspendPerson(person.id, reason)}
          danger
        />
      ) : (
        <ActionButton
          key="restore"
          label={words.restore}
          preview={words.restoreConfirm(person.name)}
          need={ADMINISTERS}
          act={() => restorePerson(person.id)}
        />
      )}
    </>
  );
}

function Sections({ id }: { id: string }) {
  return (
    <>
      <DetailSection title={words.sessions} queryKey={['people', id, 'sessions']} load={() => sessionsOf(id)}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{words.noSessions}</Empty>
          ) : (
            <DataTable
              label={words.sessions}
              rows={items}
              rowKey={(session) => session.id}
              columns={[
                { id: 'started', header: words.started, cell: (session) => <Moment at={session.started_at} /> },
                { id: 'expires', header: words.expires, cell: (session) => <Moment at={session.expires_at} /> },
                { id: 'from', header: words.from, cell: (session) => session.address ?? texts.words.none },
                {
                  id: 'at',
                  header: words.at,
                  cell: (session) => <NamedList kind="application" of={session.applications} />,
                },
              ]}
            />
          )
        }
      </DetailSection>
      <DetailSection title={words.credentials} queryKey={['people', id, 'credentials']} load={() => credentialsOf(id)}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{words.noCredentials}</Empty>
          ) : (
            <DataTable
              label={words.credentials}
              rows={items}
              rowKey={(credential) => credential.id}
              columns={[
                { id: 'name', header: words.name, cell: (credential) => credential.name },
                {
                  id: 'registered',
                  header: words.registered,
                  cell: (credential) => <Moment at={credential.registered_at} />,
                },
              ]}
            />
          )
        }
      </DetailSection>
      <DetailSection title={words.grants} queryKey={['people', id, 'grants']} load={() => grantsOf(id)}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{words.noGrants}</Empty>
          ) : (
            <DataTable
              label={words.grants}
              rows={items}
              rowKey={(grant) => grant.id}
              columns={[
                {
                  id: 'application',
                  header: words.application,
                  cell: (grant) => <Named id={`application:${grant.application}`} />,
                },
                { id: 'state', header: words.state, cell: (grant) => words.grantStates[grant.state] },
                { id: 'asked', header: words.asked, cell: (grant) => <Moment at={grant.requested_at} /> },
                { id: 'expires', header: words.expires, cell: (grant) => <Moment at={grant.expires_at} /> },
                { id: 'why', header: words.why, cell: (grant) => grant.reason },
              ]}
            />
          )
        }
      </DetailSection>
      <DetailSection title={words.reach} queryKey={['people', id, 'reach']} load={() => reachOf(id)}>
        {(reach) => {
          const rows = reachRows(reach);
          return rows.length === 0 ? (
            <Empty>{words.noReach}</Empty>
          ) : (
            <DataTable
              label={words.reach}
              rows={rows}
              rowKey={({ resource, action }) => `${resource} ${action}`}
              columns={[
                { id: 'resource', header: words.resource, cell: (row) => row.resource },
                { id: 'action', header: words.action, cell: (row) => row.action },
                { id: 'answer', header: words.answer, cell: (row) => words.reachAnswers[row.answer] },
                { id: 'needs', header: words.needs, cell: (row) => row.needs.join(' ') || texts.words.nothingMore },
              ]}
            />
          );
        }}
      </DetailSection>
    </>
  );
}
