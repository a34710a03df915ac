// One identity: its values with their sources, its records and accounts, and the accounts in question.

import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ADMINISTERS } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { Candidates, Evidence } from './Candidates.tsx';
import { Correlation } from './Correlation.tsx';
import { SeparateAccount, UndoDecision } from './Decide.tsx';
import { Owner } from './IdentityList.tsx';
import { type Account, type KnownIdentity, type Place, placeOf, showIdentity } from './query.ts';

const words = texts.pages.identities;

type Value = KnownIdentity['attributes'][number];

export function IdentityDetail() {
  const { source = '', key = '' } = useSearch({ strict: false }) as { source?: string; key?: string };
  const query = useQuery({ queryKey: ['identities', 'one', source, key], queryFn: () => showIdentity(source, key) });
  return (
    <DetailPage
      kind={query.data ? words.kinds[query.data.kind] : words.one}
      query={query}
      title={({ name }) => name}
      facts={(known) => [
        [words.owner, known.owner ? <Owner key="owner" identity={known} /> : undefined],
        [words.purpose, known.purpose],
        [words.lacks, known.lacks.map((lack) => words.lackable[lack]).join(', ') || undefined],
        [words.record, known.recorded ? undefined : words.unrecorded],
        [words.knownBy, <Node key="known" place={known} name={`${known.source} ${known.key}`} />],
      ]}
    >
      {(known) => (
        <>
          <Section title={words.values}>
            <Correlation />
            <WhatChangingNeeds need={ADMINISTERS} />
            <Values label={words.values} values={known.attributes} />
          </Section>
          {known.contradicting.length > 0 && (
            <Section title={words.contradictions}>
              <Values label={words.contradictions} values={known.contradicting.flatMap(({ values }) => values)} />
            </Section>
          )}
          {known.records.length > 0 && (
            <Section title={words.records}>
              {known.records.map((record) => (
                <Node
                  key={`${record.source} ${record.key}`}
                  place={record}
                  name={`${record.name} (${record.source} ${record.key})`}
                />
              ))}
            </Section>
          )}
          <Section title={words.accounts}>
            {known.linked.length === 0 && <Empty>{words.noAccounts}</Empty>}
            {known.linked.length > 0 && <Accounts of={known} />}
          </Section>
          {known.in_question.length > 0 && (
            <Section title={words.inQuestion}>
              {known.in_question.map((account) => (
                <Stack key={`${account.source} ${account.key}`} gap="xs" mb="md">
                  <Node place={account} name={`${account.name} (${account.source})`} />
                  <Candidates account={account} />
                </Stack>
              ))}
            </Section>
          )}
        </>
      )}
    </DetailPage>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

/** A record or an account, as the inventory has it. */
function Node({ place, name }: { place: Place; name: string }) {
  return (
    <Text component="span" display="block" fz="inherit">
      <RouteLink to="/inventory/node" search={placeOf(place)}>
        {name}
      </RouteLink>
    </Text>
  );
}

function Values({ label, values }: { label: string; values: Value[] }) {
  return (
    <DataTable
      label={label}
      rows={values}
      rowKey={({ attribute, value, source, key }) => `${attribute} ${value} ${source} ${key}`}
      columns={[
        { id: 'attribute', header: words.attribute, cell: ({ attribute }) => attribute.replaceAll('_', ' ') },
        { id: 'value', header: words.value, cell: ({ value }) => value },
        { id: 'source', header: words.source, cell: ({ source }) => source },
      ]}
    />
  );
}

function Accounts({ of }: { of: KnownIdentity }) {
  const columns: Column<Account>[] = [
    { id: 'name', header: words.account, cell: (account) => <Node place={account} name={account.name} /> },
    { id: 'source', header: words.source, cell: ({ source }) => source },
    {
      id: 'because',
      header: words.because,
      cell: ({ ground, evidence }) => (
        <>
          {ground && <Text size="sm">{words.grounds[ground]}</Text>}
          <Evidence of={evidence} />
        </>
      ),
    },
    {
      id: 'action',
      header: words.action,
      cell: (account) => {
        if (account.decision) return <UndoDecision account={account} decision={account.decision} />;
        if (account.ground === 'rules') return <SeparateAccount account={account} from={of} name={of.name} />;
        return texts.words.none;
      },
    },
  ];
  return (
    <DataTable
      label={words.accounts}
      rows={of.linked}
      rowKey={({ source, key }) => `${source} ${key}`}
      columns={columns}
    />
  );
}
