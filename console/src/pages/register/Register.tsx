// The register of implicit trust: its figures, its entries, and the way to its map.

import { Badge, Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DANGER } from '../../components/colours.ts';
import type { Column } from '../../components/DataTable.tsx';
import { DetailSection, Facts } from '../../components/DetailPage.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { entrySearch } from './entry.ts';
import { figures, listTrusts, type Trust } from './query.ts';

const words = texts.pages.register;

const columns: Column<Trust>[] = [
  {
    id: 'resource',
    header: words.resource,
    cell: (trust) => (
      <RouteLink to="/register/entry" search={entrySearch(trust)}>
        {trust.resource}
      </RouteLink>
    ),
  },
  { id: 'action', header: words.action, cell: ({ action }) => action },
  { id: 'cohort', header: words.cohort, cell: ({ cohort }) => words.cohorts[cohort] },
  { id: 'item', header: words.item, cell: ({ item }) => words.items[item] },
  { id: 'sensitivity', header: words.sensitivity, sort: 'sensitivity', cell: ({ sensitivity }) => sensitivity },
  { id: 'accesses', header: words.accesses, sort: 'accesses', cell: ({ accesses }) => accesses },
  { id: 'state', header: words.state, cell: ({ state }) => <State of={state} /> },
  { id: 'owner', header: words.owner, cell: ({ owner, owner_name }) => <Named id={owner} name={owner_name} isShort /> },
  { id: 'last', header: words.last, cell: ({ last }) => <Moment at={last} /> },
];

export function Register() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="trusts"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listTrusts}
      columns={columns}
      rowKey={({ cohort, resource, action, item }) => [cohort, resource, action, item].join(' ')}
      filters={[
        { name: 'state', label: words.state, values: words.states },
        { name: 'cohort', label: words.cohort, values: words.cohorts },
        { name: 'item', label: words.item, values: words.items },
        { name: 'application', label: words.application },
      ]}
      actions={
        <Button component={Link} to={'/register/map' as never} variant="default">
          {words.map}
        </Button>
      }
      above={
        <>
          <WhatChangingNeeds need={ADMINISTERS} />
          <Figures />
        </>
      }
    />
  );
}

/** A state as its word; what nobody answers for any more stands out. */
export function State({ of }: { of: Trust['state'] }) {
  if (of !== 'lapsed') return words.states[of];
  return (
    <Badge color="red" c={DANGER} variant="outline" miw="max-content">
      {words.states[of]}
    </Badge>
  );
}

function Figures() {
  return (
    <DetailSection title={words.figures} queryKey={['trusts', 'figures']} load={figures}>
      {(of) => (
        <Facts
          of={[
            [words.live, of.live],
            [words.states.discovered, of.discovered],
            [words.states.owned, of.owned],
            [words.states.documented, of.documented],
            [words.states.lapsed, of.lapsed],
            [words.states.eliminated, of.eliminated],
            [words.drifted, of.drifted],
          ]}
        />
      )}
    </DetailSection>
  );
}
