// One entry of the register: what it rests on, what would eliminate it, who answers for it.

import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DetailPage, type Fact } from '../../components/DetailPage.tsx';
import { type Field, FormAction, Sentences } from '../../components/FormAction.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named, NamedList } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { keyOf } from './entry.ts';
import { document, type EntryKey, own, showTrust, type Trust } from './query.ts';
import { State } from './Register.tsx';

const words = texts.pages.register;
const LONGEST_DAYS = 365;

export function Entry() {
  const key = keyOf(useSearch({ strict: false }) as ListSearch);
  const query = useQuery({ queryKey: ['trusts', key], queryFn: () => showTrust(key) });
  if (query.isSuccess && query.data === null) {
    return (
      <Stack data-state="failed">
        <Title order={1}>{words.noSuch}</Title>
        <Text>{words.noSuchDetail}</Text>
      </Stack>
    );
  }
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(trust) => (trust ? words.titleOf(words.cohorts[trust.cohort], trust.action, trust.resource) : words.one)}
      facts={(trust) => (trust ? factsOf(trust) : [])}
      actions={(trust) => trust && trust.state !== 'eliminated' && <Actions of={key} trust={trust} />}
    >
      {() => (
        <>
          <WhatChangingNeeds need={ADMINISTERS} />
          <History kind="trust" about={`resource:${key.resource}`} />
        </>
      )}
    </DetailPage>
  );
}

const factsOf = (trust: Trust): Fact[] => [
  [words.item, words.unchecked(words.items[trust.item])],
  [words.state, <State key="state" of={trust.state} />],
  [words.remedy, trust.remedy],
  [words.sensitivity, trust.sensitivity],
  [words.accesses, trust.accesses],
  [words.principals, trust.principals],
  [words.first, <Moment key="first" at={trust.first} />],
  [words.last, <Moment key="last" at={trust.last} />],
  [
    words.policies,
    trust.policies.length > 0 ? <NamedList key="policies" kind="policy" of={trust.policies} /> : words.observed,
  ],
  [words.example, <Named key="example" id={trust.example} />],
  [words.owner, <Named key="owner" id={trust.owner} name={trust.owner_name} />],
  [words.authority, trust.authority ?? undefined],
  [words.reason, trust.reason ?? undefined],
  [words.expires, trust.expires_at ? <Moment key="expires" at={trust.expires_at} /> : undefined],
  [words.discovered, trust.discovered_at ? <Moment key="discovered" at={trust.discovered_at} /> : undefined],
  [words.eliminated, trust.eliminated_at ? <Moment key="eliminated" at={trust.eliminated_at} /> : undefined],
  [words.returned, trust.returned_at ? <Moment key="returned" at={trust.returned_at} /> : undefined],
  [words.broughtBack, trust.brought_back_by ? <FactLink key="brought" sequence={trust.brought_back_by} /> : undefined],
];

function FactLink({ sequence }: { sequence: number }) {
  return <RouteLink to={`/journal/${sequence}`}>{sequence}</RouteLink>;
}

const owner: Field = { name: 'owner', label: words.owner, about: words.ownerAbout };

function Actions({ of, trust }: { of: EntryKey; trust: Trust }) {
  const what = `${words.cohorts[trust.cohort]}: ${trust.action} ${trust.resource}, ${words.items[trust.item]}`;
  return (
    <>
      <FormAction
        label={words.own}
        need={ADMINISTERS}
        fields={[owner]}
        preview={async (entered) => {
          const { trusts } = await own(of, entered, true);
          return <Sentences of={[words.ownConfirm(entered.owner ?? '', trusts.length), what]} />;
        }}
        act={(entered) => own(of, entered, false)}
      />
      <FormAction
        label={words.document}
        need={ADMINISTERS}
        fields={[
          owner,
          { name: 'authority', label: words.authority, about: words.authorityAbout },
          { name: 'reason', label: words.reason },
          { name: 'days', label: words.days, number: [1, LONGEST_DAYS], initial: '90' },
        ]}
        preview={async (entered) => {
          const { trusts } = await document(of, entered, true);
          return (
            <Sentences of={[words.documentConfirm(entered.authority ?? '', entered.days ?? '', trusts.length), what]} />
          );
        }}
        act={(entered) => document(of, entered, false)}
      />
    </>
  );
}
