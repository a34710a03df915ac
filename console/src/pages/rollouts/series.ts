// Predicted against actual over time: how many people a rollout newly denied at each moment, and how many it should.

import type { FactRow } from '../journal/facts.ts';
import type { Rollout } from './query.ts';

export interface SeriesPoint {
  /** RFC 3339. */
  at: string;
  /** The percentage from then on. */
  percent: number;
  /** The people whom it newly denied until then. */
  actual: number;
  /** The people whom the reviewed report predicted for this percentage; `undefined` if it is not known. */
  predicted: number | undefined;
}

/**
 * Returns the points of a rollout, the oldest first. `counted` are the facts that count whom it turned, in any order;
 * each names only people who were not counted before.
 */
export function seriesOf(
  { moves, steps }: Pick<Rollout, 'moves' | 'steps'>,
  counted: readonly FactRow[],
): SeriesPoint[] {
  const events = [
    ...moves.map(({ at, percent }) => ({ at, percent, people: 0 })),
    ...counted.map(({ at, body }) => ({ at, percent: undefined, people: newlyDenied(body) })),
  ].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  let [percent, actual] = [0, 0];
  return events.map((event) => {
    percent = event.percent ?? percent;
    actual += event.people;
    const predicted = steps.find((step) => step.percent === percent)?.newly_denied ?? undefined;
    return { at: event.at, percent, actual, predicted };
  });
}

/** Returns the number of people who halt a rollout, if it halts by newly denied people. */
export function limitOf({ halt_if }: Pick<Rollout, 'halt_if'>): number | undefined {
  const found = /^newly denied people > (\d+)$/.exec(halt_if);
  return found ? Number(found[1]) : undefined;
}

function newlyDenied(body: Record<string, unknown>): number {
  const denied = body.newly_denied as { people?: unknown } | undefined;
  return Array.isArray(denied?.people) ? denied.people.length : 0;
}
