// A fact of the journal as pages show it.

import type { Schemas } from '../../api/client.ts';

export interface FactRow {
  sequence: number;
  at: string;
  kind: string;
  /** On whose word: an id, `operator`, or `system:` and a part of the software. */
  by: string;
  /** What it says. */
  body: Record<string, unknown>;
}

/** Returns the facts of an answer to a question of `sql.ts`. */
export function factsOf(answer: Schemas['QueryAnswer']): FactRow[] {
  return (answer.rows as unknown[][]).map(([sequence, at, kind, by, body]) => ({
    sequence: Number(sequence),
    at: String(at),
    kind: String(kind),
    by: String(by),
    body: parsed(String(body)),
  }));
}

function parsed(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : { text };
  } catch {
    return { text };
  }
}

/** Returns why a fact was stated, as far as it says so itself. */
export function whyOf({ body }: FactRow): string | undefined {
  const { reason, authority } = body;
  const words = [reason, authority].filter((word): word is string => typeof word === 'string' && word !== '');
  return words.length > 0 ? words.join(' \u2014 ') : undefined;
}

const WORDY = new Set(['fact', 'reason', 'authority', 'text', 'digest', 'facts', 'files']);

/** Returns what a fact is about: the short texts that it names, each once, in its order. */
export function subjectsOf({ body }: FactRow): string[] {
  const named = Object.entries(body).flatMap(([name, value]) => {
    if (WORDY.has(name)) return [];
    if (typeof value === 'string') return [value];
    if (value === null || typeof value !== 'object') return [];
    return Object.values(value).filter((part) => typeof part === 'string');
  });
  // Hashes, moments and long texts are for the page of the fact.
  const short = named.filter((text) => text.length <= 60 && !/^\d{4}-\d\d-\d\dT/.test(text));
  return [...new Set(short)];
}

/** Returns an id as it stands in a table: its kind and its end. Anything else stays as it is. */
export function shortId(id: string): string {
  return id.replace(/^([a-z]{3}_)[0-9a-f]{26}([0-9a-f]{6})$/, '$1\u2026$2');
}

/** Returns the address of a page about this id, if the console has one. */
export function addressOf(id: string): string | undefined {
  const kinds: Record<string, string> = { per: '/people', gra: '/grants', prp: '/proposals', exc: '/exceptions' };
  const [, prefix] = /^([a-z]{3})_[0-9a-f]{32}$/.exec(id) ?? [];
  const page = prefix && kinds[prefix];
  return page ? `${page}/${id}` : undefined;
}
