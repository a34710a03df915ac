// The order of exceptions, and which of them the address means.

import type { ListSearch } from '../../components/list-search.ts';
import type { Exception } from './query.ts';

/** An exception that ends within these days ends soon. */
export const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

export type Ending = 'over' | 'soon' | 'later';

/** Returns how soon an exception ends, seen at `now`. */
export function endingOf({ expires_at, expired }: Pick<Exception, 'expires_at' | 'expired'>, now: number): Ending {
  if (expired) return 'over';
  return endsAt(expires_at) - now <= SOON_DAYS * DAY_MS ? 'soon' : 'later';
}

const endsAt = (at: string): number => (at === 'never' ? Number.POSITIVE_INFINITY : Date.parse(at));

/** Returns the exceptions that the address means: those that end first come first, unless it names another order. */
export function chosen(all: readonly Exception[], search: ListSearch, now: number): Exception[] {
  const q = (search.q ?? '').toLowerCase();
  const found = all.filter((exception) => {
    const { policy, group, person, application, owner, authority, reason } = exception;
    const words = [policy, group, person, application, owner, authority, reason].join(' ').toLowerCase();
    return words.includes(q) && (!search.ending || search.ending === endingOf(exception, now));
  });
  // The server has sorted by the opening already, if the address asks for that.
  if (search.sort === 'opened_at') return found;
  const sign = search.order === 'desc' ? -1 : 1;
  return found.toSorted((one, other) => {
    const [first, second] = [endsAt(one.expires_at), endsAt(other.expires_at)];
    return first === second ? 0 : first < second ? -sign : sign;
  });
}
