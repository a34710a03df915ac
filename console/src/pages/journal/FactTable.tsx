// Facts as a table: the journal's own list, and the history of one thing.

import { Group } from '@mantine/core';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { type FactRow, whyOf } from './facts.ts';

const words = texts.pages.journal;

export const factColumns: Column<FactRow>[] = [
  { id: 'at', header: words.at, sort: 'sequence', cell: ({ at }) => <Moment at={at} /> },
  {
    id: 'kind',
    header: words.what,
    cell: ({ sequence, kind }) => (
      <RouteLink to={`/journal/${sequence}`}>
        <Kind of={kind} />
      </RouteLink>
    ),
  },
  { id: 'by', header: words.by, cell: ({ by, names }) => <Named id={by} name={names?.[by]} isShort /> },
  {
    id: 'about',
    header: words.about,
    cell: ({ about, names }) => <Subjects of={about} names={names} />,
  },
  { id: 'why', header: words.why, cell: (fact) => whyOf(fact) ?? texts.words.none },
];

/** The most subjects that a row of a table names. */
const NAMED = 4;

function Subjects({ of, names = {} }: { of: string[]; names: FactRow['names'] }) {
  return (
    <Group gap="xs">
      {of.slice(0, NAMED).map((subject) => (
        <Named key={subject} id={subject} name={names[subject]} isShort />
      ))}
      {of.length > NAMED && <span>{words.more(of.length - NAMED)}</span>}
    </Group>
  );
}

/** A kind, which breaks after its first word if it has to. */
function Kind({ of }: { of: string }) {
  const [about = '', what = ''] = of.split('.');
  return (
    <>
      {about}.<wbr />
      {what}
    </>
  );
}

/** The history of one thing. */
export function FactTable({ label, facts }: { label: string; facts: FactRow[] }) {
  if (facts.length === 0) return <Empty>{words.noHistory}</Empty>;
  return <DataTable label={label} rows={facts} columns={factColumns} rowKey={({ sequence }) => String(sequence)} />;
}
