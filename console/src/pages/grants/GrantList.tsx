// Grants: what waits for an answer of the signed-in person on top, then all of them.

import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ANSWERS, meQuery, usePermission } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { DetailSection } from '../../components/DetailPage.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { shownSpan } from '../../components/moments.ts';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { GrantActions } from './GrantActions.tsx';
import { ProposalActions } from './ProposalActions.tsx';
import { type Grant, listGrants, type Proposal, waiting } from './query.ts';
import { waitingFor } from './waiting.ts';

const words = texts.pages.grants;
const people = texts.pages.people;

const who: Column<Grant> = {
  id: 'who',
  header: words.who,
  cell: ({ id, email }) => <RouteLink to={`/grants/${id}`}>{email}</RouteLink>,
};
const application: Column<Grant> = {
  id: 'application',
  header: people.application,
  cell: (grant) => <Named id={`application:${grant.application}`} />,
};
const why: Column<Grant> = { id: 'why', header: people.why, cell: ({ reason }) => reason };
const span: Column<Grant> = {
  id: 'span',
  header: words.span,
  cell: ({ duration_seconds }) => shownSpan(duration_seconds),
};
const asked: Column<Grant> = {
  id: 'asked',
  header: people.asked,
  sort: 'requested_at',
  cell: ({ requested_at }) => <Moment at={requested_at} />,
};

const columns: Column<Grant>[] = [
  who,
  application,
  { id: 'state', header: people.state, cell: ({ state }) => people.grantStates[state] },
  asked,
  span,
  { id: 'expires', header: people.expires, cell: ({ expires_at }) => <Moment at={expires_at} /> },
  why,
];

const grantsWaiting: Column<Grant>[] = [
  who,
  application,
  span,
  why,
  { ...asked, sort: undefined },
  { id: 'answer', header: words.answer, cell: (grant) => <GrantActions grant={grant} /> },
];

const proposalsWaiting: Column<Proposal>[] = [
  {
    id: 'what',
    header: texts.pages.proposals.what,
    cell: ({ id, text }) => <RouteLink to={`/proposals/${id}`}>{text}</RouteLink>,
  },
  { id: 'by', header: texts.pages.proposals.by, cell: ({ by, by_name }) => <Named id={by} name={by_name} isShort /> },
  { id: 'until', header: texts.pages.proposals.until, cell: ({ expires_at }) => <Moment at={expires_at} /> },
  { id: 'answer', header: words.answer, cell: (proposal) => <ProposalActions proposal={proposal} /> },
];

export function GrantList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="grants"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listGrants}
      columns={columns}
      rowKey={({ id }) => id}
      filters={[
        { name: 'state', label: people.state, values: people.grantStates },
        { name: 'person', label: words.person },
      ]}
      above={<WaitingForMe />}
    />
  );
}

function WaitingForMe() {
  const me = useQuery(meQuery).data;
  const answering = usePermission(ANSWERS);
  if (!answering.allowed) return <WhatChangingNeeds need={ANSWERS} />;
  return (
    <DetailSection title={words.waiting} queryKey={['grants', 'waiting']} load={waiting}>
      {(all) => {
        const { grants, proposals, own, ofOthers } = waitingFor(me?.id ?? undefined, all);
        return (
          <Stack gap="xs">
            {grants.length === 0 && proposals.length === 0 && <Empty>{words.nothingWaits}</Empty>}
            {grants.length > 0 && (
              <DataTable label={words.waitingGrants} rows={grants} columns={grantsWaiting} rowKey={({ id }) => id} />
            )}
            {proposals.length > 0 && (
              <DataTable
                label={words.waitingProposals}
                rows={proposals}
                columns={proposalsWaiting}
                rowKey={({ id }) => id}
              />
            )}
            {own > 0 && <Empty>{words.ownWaits(own)}</Empty>}
            {ofOthers > 0 && <Empty>{words.othersWait(ofOthers)}</Empty>}
          </Stack>
        );
      }}
    </DetailSection>
  );
}
