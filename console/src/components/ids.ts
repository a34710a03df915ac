// Ids, and names with their kind (`group:staff`), as pages show them.

/** Returns an id as it stands in a table: of an id its kind and its end, of a name with a kind the name. */
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
  fnd: '/findings',
  rev: '/reviews',
};

const PAGES_OF_NAMES: Record<string, string> = {
  application: '/applications',
  group: '/groups',
  policy: '/policies',
  source: '/sources',
};

/** Returns the address of a page about this id or this name with its kind, if the console has one. */
export function addressOf(id: string): string | undefined {
  const ofId = PAGES_OF_IDS[prefixOf(id)];
  if (ofId) return `${ofId}/${id}`;
  const [, kind = '', name = ''] = /^([a-z]+):(.+)$/.exec(id) ?? [];
  const ofName = PAGES_OF_NAMES[kind];
  return ofName && `${ofName}/${encodeURIComponent(name)}`;
}

/** Returns whether the server names what has this id for as long as it exists: a person, a service account, a device. */
export const isNamed = (id: string): boolean => ['per', 'svc', 'dev'].includes(prefixOf(id));

/** Returns whether the server names what has this id by what it belongs to, as a session by its person. */
export const isNamedByOwner = (id: string): boolean =>
  ['ses', 'key', 'tok', 'gra', 'exc', 'inv', 'prp', 'rol'].includes(prefixOf(id));

const prefixOf = (id: string): string => /^([a-z]{3})_[0-9a-f]{32}$/.exec(id)?.[1] ?? '';
