// The list of grants: what waits for an answer, what is lent, and what was.

import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ANSWERS, meQuery } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { shownSpan } from '../../components/moments.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { approveGrant, type Grant, listGrants, refuseGrant, revokeGrant } from './query.ts';

const words = texts.pages.grants;
const states = texts.pages.people.grantStates;

const columns: Column<Grant>[] = [
  {
    id: 'person',
    header: words.person,
    cell: ({ person, email }) => <RouteLink to={`/people/${person}`}>{email}</RouteLink>,
  },
  { id: 'application', header: words.application, cell: ({ application }) => application },
  { id: 'state', header: words.state, cell: ({ state }) => states[state] },
  { id: 'reason', header: words.reason, cell: ({ reason }) => reason },
  { id: 'duration', header: words.duration, cell: ({ duration_seconds }) => shownSpan(duration_seconds) },
  {
    id: 'requested',
    header: words.requested,
    sort: 'requested_at',
    cell: ({ requested_at }) => <Moment at={requested_at} />,
  },
  { id: 'expires', header: words.expires, cell: ({ expires_at }) => <Moment at={expires_at} /> },
  { id: 'answer', header: words.answer, cell: (grant) => <Answer grant={grant} /> },
];

function Answer({ grant: { id, state, email, person, application, duration_seconds } }: { grant: Grant }) {
  const me = useQuery(meQuery).data;
  if (state === 'requested') {
    // Nobody countersigns their own request.
    if (me?.id === person) return words.own;
    return (
      <Group gap="xs" wrap="nowrap">
        <ActionButton
          key="approve"
          label={words.approve}
          preview={words.approveConfirm(email, application, shownSpan(duration_seconds))}
          need={ANSWERS}
          act={() => approveGrant(id)}
        />
        <ActionButton
          key="refuse"
          label={words.refuse}
          preview={words.refuseConfirm(email, application)}
          need={ANSWERS}
          reason={words.why}
          act={(why) => refuseGrant(id, why)}
          danger
        />
      </Group>
    );
  }
  if (state !== 'active') return words.nothing;
  return (
    <ActionButton
      key="revoke"
      label={words.revoke}
      preview={words.revokeConfirm(email, application)}
      need={ANSWERS}
      reason={words.why}
      act={(why) => revokeGrant(id, why)}
      danger
    />
  );
}

export function GrantsList() {
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
        { name: 'state', label: words.state, values: states },
        { name: 'person', label: words.ofPerson },
      ]}
    >
      <WhatChangingNeeds need={ANSWERS} />
    </ListPage>
  );
}
