// The figures of the first page: each with the records behind it, and how it went in the last days.

import type { Schemas } from '../../api/client.ts';
import { texts } from '../../texts/index.ts';
import type { RegisterFigures, Status } from './overview.ts';

const words = texts.pages.home;

export type Trends = Schemas['Trends'];
type Name = Schemas['TrendName'];

/** A figure as it is now. Without a `trend`, only its present value is known. */
export interface Figure {
  name: string;
  /** The page of the records behind it. */
  to: string;
  now: number | string;
  trend?: Name;
}

/** Returns the figures that are known without their trends. */
export function figuresOf({ counts, policies, evidence }: Status, register: RegisterFigures): Figure[] {
  return [
    { name: texts.pages.applications.title, to: '/applications', now: counts.applications, trend: 'applications' },
    { name: texts.pages.people.title, to: '/people', now: counts.people, trend: 'people' },
    {
      name: words.administrators,
      to: '/groups/administrators',
      now: words.withPasskeys(counts.administrators, counts.administrators_with_passkeys),
      trend: 'administrators',
    },
    { name: texts.pages.devices.title, to: '/devices', now: counts.devices, trend: 'devices' },
    { name: texts.pages.sessions.title, to: '/sessions', now: counts.sessions, trend: 'sessions' },
    {
      name: words.grantsWaiting,
      to: '/grants?state=requested',
      now: counts.grants_requested,
      trend: 'grants_requested',
    },
    { name: words.grantsActive, to: '/grants?state=active', now: counts.grants_active, trend: 'grants_active' },
    { name: texts.pages.exceptions.title, to: '/exceptions', now: counts.exceptions, trend: 'exceptions' },
    { name: words.trusts, to: '/register', now: register.live, trend: 'trusts' },
    { name: words.discovered, to: '/register?state=discovered', now: register.discovered, trend: 'trusts_discovered' },
    { name: words.owned, to: '/register?state=owned', now: register.owned, trend: 'trusts_owned' },
    { name: words.documented, to: '/register?state=documented', now: register.documented, trend: 'trusts_documented' },
    { name: words.lapsed, to: '/register?state=lapsed', now: register.lapsed, trend: 'trusts_lapsed' },
    { name: words.decisions, to: '/decisions', now: evidence.recorded, trend: 'decisions' },
    {
      name: words.policies,
      to: '/policies',
      now: words.overdue(policies.policies, policies.overdue),
      trend: 'policies',
    },
  ];
}

/** Figures that only the trends know, each to stand after another one. */
const WITHIN: [after: Name, trend: Name, name: string, to: string][] = [
  ['applications', 'applications_enforcing', words.enforcing, '/applications'],
  ['people', 'people_with_passkeys', words.peopleWithPasskeys, '/people'],
  ['devices', 'devices_managed', words.managedDevices, '/devices'],
  ['decisions', 'decisions_allowed', words.decisionsAllowed, '/decisions?effect=allow'],
  ['decisions', 'decisions_denied', words.decisionsDenied, '/decisions?effect=deny'],
  ['decisions', 'decisions_would_be_denied', words.decisionsWouldBeDenied, '/decisions?effect=deny'],
  ['policies', 'policies_enforced', words.policiesEnforced, '/policies'],
  ['policies', 'policies_shadow', words.policiesShadow, '/policies'],
  ['policies', 'policies_rolling_out', words.policiesRollingOut, '/rollouts'],
];

/** The decisions of a day by outcome are known only where every file counts them so. */
const OUTCOMES: readonly Name[] = ['decisions_allowed', 'decisions_denied', 'decisions_would_be_denied'];

/** Returns the figures together with those that the trends add. */
export function withTrends(figures: Figure[], trends: Trends): Figure[] {
  return figures.flatMap((figure) => {
    const added = WITHIN.filter(([after]) => after === figure.trend).map(([, trend, name, to]): Figure => {
      const now = trendOf(trends, trend)?.now ?? words.byDayOnly;
      return { name, to, now, trend };
    });
    return [figure, ...added];
  });
}

export const trendOf = (trends: Trends | undefined, name: Name | undefined) =>
  trends?.figures.find(({ figure }) => figure === name);

/** Says in words how a figure went: what its line shows. */
export function saidOf({ values, measure }: Schemas['Trend'], days: string[]): string {
  const known = values.flatMap((value, place) =>
    value === null || value === undefined ? [] : [{ value, day: days[place] ?? '' }],
  );
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return words.noTrend;
  const all = known.map(({ value }) => value);
  if (measure === 'over_the_day') return words.perDay(Math.min(...all), Math.max(...all), last.value, last.day);
  return first.value === last.value && Math.min(...all) === Math.max(...all)
    ? words.unchanged(last.value, first.day)
    : words.went(first.value, first.day, last.value, last.day);
}

/** Says what a trend could not see. */
export function coverageOf({ figure, values, measure }: Schemas['Trend']): string {
  const unknown = values.filter((value) => value === null || value === undefined).length;
  const recorded = OUTCOMES.includes(figure) ? words.fromOutcomes : words.fromEvidence;
  const source = measure === 'over_the_day' ? recorded : words.fromFacts;
  return unknown === 0 ? source : `${source} ${words.gaps(unknown, values.length)}`;
}
