// The people here who left, says a source: who is suspended for it, who is not and why, and what they still have.

import { Alert } from '@mantine/core';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton } from '../../components/ActionButton.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { DetailSection } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { confirmLeavers, type Leaver, listLeavers, type Source } from './query.ts';

const words = texts.pages.sources;

const columns: Column<Leaver>[] = [
  {
    id: 'person',
    header: words.person,
    cell: ({ person, name, email }) => (
      <RouteLink to={`/people/${person}`}>
        {name} ({email})
      </RouteLink>
    ),
  },
  { id: 'state', header: words.state, cell: ({ state }) => words.leaverStates[state] },
  { id: 'record', header: words.record, cell: ({ record }) => record },
  {
    id: 'left',
    header: words.endedAt,
    cell: ({ ended_at: at, gone }) => (at ? <Moment at={at} /> : gone ? words.recordGone : texts.words.none),
  },
  {
    id: 'holds',
    header: words.holds,
    cell: ({ holds }) => holds.map(({ source, name }) => `${source} ${name}`).join(', ') || words.nothingKnown,
  },
];

export function PeopleWhoLeft({ source }: { source: Source }) {
  return (
    <DetailSection
      title={words.left}
      queryKey={['sources', source.name, 'leavers']}
      load={() => listLeavers(source.name)}
    >
      {({ items }) => (
        <>
          <Outcome source={source} />
          {items.length === 0 ? (
            <Empty>{words.nobodyLeft}</Empty>
          ) : (
            <DataTable label={words.left} rows={items} rowKey={({ person }) => person} columns={columns} />
          )}
        </>
      )}
    </DetailSection>
  );
}

/** Says what became of those who left, and confirms their number if it is too large for one import. */
function Outcome({ source: { name, left } }: { source: Source }) {
  if (!left) return null;
  const { import: number, held } = left;
  return (
    <>
      <p>{words.leftBy(number, left.suspended)}</p>
      {left.protected > 0 && <p>{words.leftProtected(left.protected)}</p>}
      {held && (
        <Alert color="yellow" variant="outline" mb="sm">
          <p>{words.leftHeld(held.people, held.allowed)}</p>
          <ActionButton
            label={words.confirmLeavers(held.people)}
            preview={words.confirmLeaversPreview(held.people, number)}
            need={ADMINISTERS}
            act={() => confirmLeavers(name, { import: number, people: held.people })}
            danger
          />
        </Alert>
      )}
    </>
  );
}
