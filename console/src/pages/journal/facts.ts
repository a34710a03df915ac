// A fact of the journal as pages show it.

import type { Schemas } from '../../api/client.ts';

export type FactRow = Schemas['RecordedFact'];

/** Returns why a fact was stated, as far as it says so itself. */
export function whyOf({ body }: FactRow): string | undefined {
  const { reason, why, authority } = body as Record<string, unknown>;
  const words = [reason, why, authority].filter((word): word is string => typeof word === 'string' && word !== '');
  return words.length > 0 ? words.join(' \u2014 ') : undefined;
}
