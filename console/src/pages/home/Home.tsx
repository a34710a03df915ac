// The first page of everybody: what is theirs, what is closed to them and what would open it.

import { Anchor, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery, READS_CONTROL, READS_OWN, usePermission, WRITES_OWN } from '../../api/me.ts';
import { endOwnSession } from '../../api/proof.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailSection, DetailSections } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Empty } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { credentialsOf, grantsOf, reachOf, sessionsOf } from '../people/query.ts';
import { applicationsOf } from '../people/reach.ts';
import { Overview } from './Overview.tsx';
import { devicesOf, installation } from './query.ts';

const words = texts.pages.home;
const people = texts.pages.people;

export function Home() {
  useTitle(words.title);
  const me = useQuery(meQuery).data;
  const reading = usePermission(READS_CONTROL);
  if (me?.kind !== 'person' || !me.id) return null;
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.greeting(me.name)}</Title>
        <Text c="dimmed">{words.lead}</Text>
      </div>
      {reading.allowed && (
        <DetailSection title={words.installation} queryKey={['installation']} load={installation}>
          {({ status, register }) => <Overview status={status} register={register} />}
        </DetailSection>
      )}
      <DetailSections>
        <Applications person={me.id} />
        <Requests person={me.id} />
        <Sessions person={me.id} own={me.session?.id} />
        <Passkeys person={me.id} />
        <Devices person={me.id} />
      </DetailSections>
    </Stack>
  );
}

function Applications({ person }: { person: string }) {
  return (
    <DetailSection title={words.applications} queryKey={['people', person, 'reach']} load={() => reachOf(person)}>
      {(reach) => {
        const rows = applicationsOf(reach);
        if (rows.length === 0) return <Empty>{people.noReach}</Empty>;
        return (
          <DataTable
            label={words.applications}
            rows={rows}
            rowKey={({ application }) => application}
            columns={[
              {
                id: 'application',
                header: people.application,
                cell: ({ application, url }) => (url ? <Anchor href={url}>{application}</Anchor> : application),
              },
              { id: 'answer', header: people.answer, cell: ({ answer }) => people.reachAnswers[answer] },
              { id: 'needs', header: people.needs, cell: ({ needs }) => needs.join(' ') || texts.words.nothingMore },
            ]}
          />
        );
      }}
    </DetailSection>
  );
}

function Requests({ person }: { person: string }) {
  const requesting = usePermission(WRITES_OWN);
  return (
    <DetailSection title={words.requests} queryKey={['people', person, 'grants']} load={() => grantsOf(person)}>
      {({ items }) => (
        <Stack gap="xs">
          {items.length === 0 ? (
            <Empty>{words.noRequests}</Empty>
          ) : (
            <DataTable
              label={words.requests}
              rows={items}
              rowKey={({ id }) => id}
              columns={[
                { id: 'application', header: people.application, cell: (grant) => grant.application },
                { id: 'state', header: people.state, cell: (grant) => people.grantStates[grant.state] },
                { id: 'asked', header: people.asked, cell: (grant) => <Moment at={grant.requested_at} /> },
                { id: 'expires', header: people.expires, cell: (grant) => <Moment at={grant.expires_at} /> },
                { id: 'why', header: people.why, cell: (grant) => grant.reason },
              ]}
            />
          )}
          <WhatChangingNeeds need={WRITES_OWN} />
          {requesting.allowed && (
            <Group>
              <Button component="a" href="/grants/request" variant="default">
                {texts.states.requestGrant}
              </Button>
            </Group>
          )}
        </Stack>
      )}
    </DetailSection>
  );
}

function Sessions({ person, own }: { person: string; own: string | undefined }) {
  return (
    <DetailSection title={words.sessions} queryKey={['people', person, 'sessions']} load={() => sessionsOf(person)}>
      {({ items }) => (
        <DataTable
          label={words.sessions}
          rows={items}
          rowKey={({ id }) => id}
          columns={[
            { id: 'started', header: people.started, cell: (session) => <Moment at={session.started_at} /> },
            { id: 'expires', header: people.expires, cell: (session) => <Moment at={session.expires_at} /> },
            { id: 'from', header: people.from, cell: (session) => session.address ?? texts.words.none },
            { id: 'at', header: people.at, cell: (session) => session.applications.join(', ') || texts.words.none },
            {
              id: 'end',
              header: words.end,
              cell: (session) =>
                session.id === own ? (
                  <Badge variant="outline">{words.thisOne}</Badge>
                ) : (
                  <ActionButton
                    label={words.end}
                    preview={words.endConfirm}
                    need={READS_OWN}
                    act={() => endOwnSession(session.id)}
                    danger
                  />
                ),
            },
          ]}
        />
      )}
    </DetailSection>
  );
}

function Passkeys({ person }: { person: string }) {
  return (
    <DetailSection
      title={words.passkeys}
      queryKey={['people', person, 'credentials']}
      load={() => credentialsOf(person)}
    >
      {({ items }) => (
        <Stack gap="xs">
          <DataTable
            label={words.passkeys}
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              { id: 'name', header: people.name, cell: (credential) => credential.name },
              {
                id: 'registered',
                header: people.registered,
                cell: (credential) => <Moment at={credential.registered_at} />,
              },
            ]}
          />
          <Anchor href="/">{words.changePasskeys}</Anchor>
        </Stack>
      )}
    </DetailSection>
  );
}

function Devices({ person }: { person: string }) {
  return (
    <DetailSection title={words.devices} queryKey={['people', person, 'devices']} load={() => devicesOf(person)}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty>{words.noDevices}</Empty>
        ) : (
          <DataTable
            label={words.devices}
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              { id: 'name', header: people.name, cell: (device) => device.name },
              { id: 'platform', header: words.platform, cell: (device) => device.platform },
              {
                id: 'managed',
                header: words.managed,
                cell: (device) => (device.managed ? texts.words.yes : texts.words.no),
              },
              {
                id: 'compliant',
                header: words.compliant,
                cell: (device) => (device.compliant ? texts.words.yes : texts.words.no),
              },
              { id: 'collected', header: words.collected, cell: (device) => <Moment at={device.collected_at} /> },
            ]}
          />
        )
      }
    </DetailSection>
  );
}
