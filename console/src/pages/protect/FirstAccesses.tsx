// The first accesses of an application: how people get there, who did, and the policy that is next.

import { Anchor, Button, Code, Group, List, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { type Application, showApplication } from '../applications/query.ts';
import { Following } from '../decisions/Following.tsx';
import { listDecisions } from '../decisions/query.ts';
import { listGroups } from '../groups/query.ts';
import { addressOf, isLocal } from './address.ts';

const words = texts.pages.first;
const applications = texts.pages.applications;
/** How many groups are offered. */
const GROUPS = '1000';

export function FirstAccesses() {
  const { application: name = '' } = useParams({ strict: false }) as { application?: string };
  const query = useQuery({ queryKey: ['applications', name], queryFn: () => showApplication(name) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ declared }) => words.title(declared.title)}
      facts={({ declared }) => [
        [applications.stage, applications.stages[declared.stage ?? 'enforce']],
        [applications.upstream, declared.upstream],
        [applications.owner, declared.owner],
      ]}
    >
      {(application) => (
        <>
          <Ways hosts={application.declared.hosts} />
          <Arriving name={application.name} />
          <FirstPolicy of={application} />
        </>
      )}
    </DetailPage>
  );
}

/** Where people find it, and what has to be entered in a DNS first. */
function Ways({ hosts }: { hosts: string[] }) {
  const own = window.location.hostname;
  return (
    <section aria-labelledby="ways">
      <Title order={2} size="h3" mb="xs" id="ways">
        {words.ways}
      </Title>
      <List>
        {hosts.map((host) => (
          <List.Item key={host}>
            <Anchor href={addressOf(host, window.location)}>{addressOf(host, window.location)}</Anchor>
            {isLocal(host) ? (
              <Text>{words.local}</Text>
            ) : (
              <>
                <Text>{words.dns}</Text>
                {!isLocal(own) && (
                  <>
                    <Text>{words.dnsAs(own)}</Text>
                    <Code block>{`${host}. CNAME ${own}.`}</Code>
                  </>
                )}
                <Text>{words.hostsFile}</Text>
                <Code block>{`127.0.0.1 ${host}`}</Code>
                {window.location.protocol === 'https:' && <Text>{words.certificate}</Text>}
              </>
            )}
          </List.Item>
        ))}
      </List>
    </section>
  );
}

function Arriving({ name }: { name: string }) {
  const search = { application: name };
  // Asked first, so that a page that is closed is said in the server's words.
  const allowed = useQuery({ queryKey: ['decisions', search, 'first'], queryFn: () => listDecisions(search) });
  return (
    <section aria-labelledby="arriving">
      <Stack gap="sm">
        <Title order={2} size="h3" id="arriving">
          {words.arriving}
        </Title>
        <Text c="dimmed">{words.arrivingAbout}</Text>
        {allowed.isError && <Failed error={allowed.error} again={() => void allowed.refetch()} />}
        {allowed.isSuccess && (
          <Following filters={new URLSearchParams(search).toString()} onEnd={() => void allowed.refetch()} />
        )}
      </Stack>
    </section>
  );
}

/** Leads to the change of the policies with a first file for the application. */
function FirstPolicy({ of: { name } }: { of: Application }) {
  const [group, setGroup] = useState<string | null>(null);
  const groups = useQuery({ queryKey: ['groups', 'offered'], queryFn: () => listGroups({ limit: GROUPS }) });
  const search = { file: `applications/${name}.cedar`, starter: name, ...(group && { group }) };
  return (
    <section aria-labelledby="policy">
      <Stack gap="sm">
        <Title order={2} size="h3" id="policy">
          {words.policy}
        </Title>
        <Text>{words.policyAbout}</Text>
        <Select
          label={words.group}
          description={words.groupAbout}
          placeholder={words.everybody}
          data={groups.data?.items.map(({ name }) => name) ?? []}
          searchable
          clearable
          value={group}
          onChange={setGroup}
          maw={420}
        />
        {groups.isError && <Failed error={groups.error} again={() => void groups.refetch()} />}
        <Group>
          <Button component={Link} to={'/change' as never} search={search as never}>
            {words.write}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
