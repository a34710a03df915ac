// How soon an exception ends, and which span of ends an address means.

import type { Exception } from './query.ts';

/** An exception that ends within these days ends soon. */
const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

export type Ending = 'over' | 'soon' | 'later';

/** Returns how soon an exception ends, seen at `now`. */
export function endingOf({ expires_at, expired }: Pick<Exception, 'expires_at' | 'expired'>, now: number): Ending {
  if (expired) return 'over';
  return endsAt(expires_at) < soonUntil(now) ? 'soon' : 'later';
}

/** Returns the parameters of the API for the exceptions that end so, seen at `now`; another word stands for none. */
export function spanOf(ending: string, now: number): { expires_since?: string; expires_until?: string } {
  const [today, soon] = [new Date(now).toISOString(), new Date(soonUntil(now)).toISOString()];
  if (ending === 'over') return { expires_until: today };
  if (ending === 'soon') return { expires_since: today, expires_until: soon };
  return ending === 'later' ? { expires_since: soon } : {};
}

const soonUntil = (now: number): number => now + SOON_DAYS * DAY_MS;
const endsAt = (at: string): number => (at === 'never' ? Number.POSITIVE_INFINITY : Date.parse(at));
