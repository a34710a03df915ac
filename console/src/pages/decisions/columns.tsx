// The columns of decisions, in the list and live.

import { DANGER } from '../../components/colours.ts';
import type { Column } from '../../components/DataTable.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named, ReasonList } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import type { Decision } from './query.ts';

const words = texts.pages.decisions;

/** Says which way a decision fell, and whether that was carried out. */
export function Effect({ of: { effect, enforced } }: { of: Decision }) {
  if (effect === 'allow') return <>{words.allowed}</>;
  return <span style={{ color: DANGER }}>{enforced ? words.refused : words.onlyObserved}</span>;
}

export const decisionColumns: Column<Decision>[] = [
  { id: 'at', header: words.at, cell: ({ at }) => <Moment at={at} /> },
  { id: 'effect', header: words.effect, cell: (decision) => <Effect of={decision} /> },
  {
    id: 'who',
    header: words.who,
    cell: ({ principal, principal_name }) => <Named id={principal} name={principal_name} isShort />,
  },
  { id: 'action', header: words.action, cell: ({ action }) => action },
  { id: 'resource', header: words.resource, cell: ({ resource }) => resource },
  { id: 'item', header: words.item, cell: ({ operation, item }) => `${operation} ${item}` },
  { id: 'reasons', header: words.reasons, cell: ({ reasons }) => <ReasonList of={reasons} /> },
  { id: 'open', header: words.open, cell: ({ id }) => <RouteLink to={`/decisions/${id}`}>{words.why}</RouteLink> },
];

/** The filters of both, as fields. */
export const decisionFilters = [
  { name: 'application', label: words.application },
  { name: 'person', label: words.person },
  { name: 'effect', label: words.effect, values: { allow: words.allowed, deny: words.refused } },
  { name: 'action', label: words.action, values: words.actions },
];
