// The exceptions to guardrails that were not ended, those that end soon first.

import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DANGER } from '../../components/colours.ts';
import type { Column } from '../../components/DataTable.tsx';
import { FormAction, Sentences } from '../../components/FormAction.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { EndException } from './EndException.tsx';
import { endingOf } from './order.ts';
import { type Exception, exceptablePolicies, listExceptions, openException } from './query.ts';

const words = texts.pages.exceptions;
const LONGEST_DAYS = 365;

const columns: Column<Exception>[] = [
  {
    id: 'policy',
    header: words.policy,
    sort: 'policy',
    cell: ({ id, policy }) => <RouteLink to={`/exceptions/${id}`}>{policy}</RouteLink>,
  },
  { id: 'for', header: words.for, cell: (exception) => <Whom exception={exception} /> },
  { id: 'application', header: words.application, cell: (exception) => <Where exception={exception} /> },
  { id: 'owner', header: words.owner, cell: ({ owner, owner_name }) => <Named id={owner} name={owner_name} isShort /> },
  { id: 'authority', header: words.authority, cell: ({ authority }) => authority },
  { id: 'expires', header: words.ends, sort: 'expires_at', cell: (exception) => <Ends exception={exception} /> },
  { id: 'opened', header: words.opened, sort: 'opened_at', cell: ({ opened_at }) => <Moment at={opened_at} /> },
  { id: 'end', header: words.action, cell: (exception) => <EndException exception={exception} /> },
];

export function ExceptionList() {
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
      searchLabel={words.search}
      filters={[{ name: 'ending', label: words.ending, values: words.endings }]}
      actions={<OpenException />}
      above={<WhatChangingNeeds need={ADMINISTERS} />}
    />
  );
}

/** Whom an exception is for. */
export function Whom({ exception: { person, person_name, group } }: { exception: Exception }) {
  if (!group) return <Named id={person} name={person_name} isShort />;
  return (
    <>
      {words.theGroup} <Named id={`group:${group}`} />
    </>
  );
}

/** Where an exception holds. */
export function Where({ exception: { application } }: { exception: Exception }) {
  return application ? <Named id={`application:${application}`} /> : <>{words.everyApplication}</>;
}

function Ends({ exception }: { exception: Exception }) {
  const ending = endingOf(exception, Date.now());
  return (
    <>
      <Moment at={exception.expires_at} />{' '}
      {ending !== 'later' && (
        <Badge color="red" c={DANGER} variant="outline" miw="max-content">
          {words.endings[ending]}
        </Badge>
      )}
    </>
  );
}

function OpenException() {
  const policies = useQuery({ queryKey: ['policies', 'exceptable'], queryFn: exceptablePolicies });
  return (
    <FormAction
      label={words.open}
      need={ADMINISTERS}
      fields={[
        { name: 'policy', label: words.policy, about: words.policyAbout, options: policies.data ?? [] },
        { name: 'person', label: words.person, about: words.personAbout, optional: true },
        { name: 'group', label: words.group, optional: true },
        { name: 'application', label: words.application, about: words.applicationAbout, optional: true },
        { name: 'owner', label: words.owner, about: words.ownerAbout },
        { name: 'authority', label: words.authority, about: words.authorityAbout },
        { name: 'reason', label: words.reason },
        { name: 'days', label: words.days, number: [1, LONGEST_DAYS], initial: '30' },
      ]}
      preview={({ policy = '', person, group, application, owner = '', days = '' }) => {
        // The field has to be chosen before anything is shown: a choice is not checked by the browser.
        if (!policy) throw new Error(words.choosePolicy);
        if (Boolean(person) === Boolean(group)) throw new Error(words.onePersonOrGroup);
        return (
          <Sentences
            of={[
              words.openConfirm(policy, person || words.groupNamed(group ?? ''), application || words.everyApplication),
              words.openEnds(days, owner),
            ]}
          />
        );
      }}
      act={openException}
    />
  );
}
