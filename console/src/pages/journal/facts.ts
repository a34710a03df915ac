// A fact of the journal as pages show it.

import type { Schemas } from '../../api/client.ts';

export type FactRow = Schemas['RecordedFact'];

/** Returns why a fact was stated, as far as it says so itself. */
export function whyOf({ body }: FactRow): string | undefined {
  const { reason, why, authority } = body as Record<string, unknown>;
  const words = [reason, why, authority].filter((word): word is string => typeof word === 'string' && word !== '');
  return words.length > 0 ? words.join(' \u2014 ') : undefined;
}

/** Returns what a fact names as it stands in a table: of an id its kind and its end, of a name with a kind the name. */
export function shortId(id: string): string {
  const name = /^[a-z]+:(.+)$/.exec(id);
  if (name && !id.startsWith('system:')) return name[1] ?? id;
  return id.replace(/^([a-z]{3}_)[0-9a-f]{26}([0-9a-f]{6})$/, '$1\u2026$2');
}

const PAGES_OF_IDS: Record<string, string> = {
  per: '/people',
  svc: '/services',
  dev: '/devices',
  gra: '/grants',
  prp: '/proposals',
  exc: '/exceptions',
  rol: '/rollouts',
  dec: '/decisions',
};

const PAGES_OF_NAMES: Record<string, string> = {
  application: '/applications',
  group: '/groups',
  policy: '/policies',
};

/** Returns the address of a page about this id or this name with its kind, if the console has one. */
export function addressOf(id: string): string | undefined {
  const [, prefix = ''] = /^([a-z]{3})_[0-9a-f]{32}$/.exec(id) ?? [];
  const [, kind = '', name = ''] = /^([a-z]+):(.+)$/.exec(id) ?? [];
  const ofId = PAGES_OF_IDS[prefix];
  if (ofId) return `${ofId}/${id}`;
  const ofName = PAGES_OF_NAMES[kind];
  return ofName && `${ofName}/${encodeURIComponent(name)}`;
}
