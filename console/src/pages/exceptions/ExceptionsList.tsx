// The list of exceptions to guardrails, each with who answers for it and a way to end it.

import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { type Exception, endException, listExceptions } from './query.ts';

const words = texts.pages.exceptions;

const columns: Column<Exception>[] = [
  { id: 'policy', header: words.policy, cell: ({ policy }) => policy },
  { id: 'scope', header: words.scope, cell: (exception) => <Scope of={exception} /> },
  { id: 'owner', header: words.owner, cell: ({ owner }) => <RouteLink to={`/people/${owner}`}>{owner}</RouteLink> },
  { id: 'authority', header: words.authority, cell: ({ authority }) => authority },
  { id: 'reason', header: words.reason, cell: ({ reason }) => reason },
  { id: 'expires', header: words.expires, cell: ({ expires_at }) => <Moment at={expires_at} /> },
  {
    id: 'end',
    header: words.end,
    cell: ({ id, policy, expired }) =>
      expired ? (
        words.over
      ) : (
        <ActionButton
          label={words.end}
          preview={words.endConfirm(policy)}
          need={ADMINISTERS}
          reason={words.why}
          act={(why) => endException(id, why)}
          danger
        />
      ),
  },
];

function Scope({ of: { person, group, application } }: { of: Exception }) {
  return (
    <>
      {person && <RouteLink to={`/people/${person}`}>{person}</RouteLink>}
      {group && <RouteLink to={`/groups/${group}`}>{group}</RouteLink>}
      {application && (
        <>
          {' '}
          {words.at} <RouteLink to={`/applications/${application}`}>{application}</RouteLink>
        </>
      )}
    </>
  );
}

export function ExceptionsList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="exceptions"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listExceptions}
      columns={columns}
      rowKey={({ id }) => id}
    >
      <WhatChangingNeeds need={ADMINISTERS} />
    </ListPage>
  );
}
