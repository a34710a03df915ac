// What a person typed about an application, as the declaration that the API takes and as the file that the command line reads.

import type { Schemas } from '../../api/client.ts';

export type Declaration = Schemas['Declaration'];
export type Sensitivity = NonNullable<Declaration['sensitivity']>;

/** The fields of the form, as texts. */
export interface Typed {
  upstream: string;
  name: string;
  title: string;
  owner: string;
  /** Names under which people reach it, apart from each other by spaces, commas or lines. */
  hosts: string;
  sensitivity: Sensitivity | '';
}

export const nothingTyped: Typed = { upstream: '', name: '', title: '', owner: '', hosts: '', sensitivity: '' };

/** Returns the hosts: those that were typed, or the name under `localhost`, which every browser on this machine finds. */
export function hostsOf({ hosts, name }: Typed): string[] {
  const typed = hosts
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (typed.length > 0) return [...new Set(typed)].toSorted();
  return name.trim() === '' ? [] : [`${name.trim()}.localhost`];
}

/** Returns the declaration. A new application begins in the stage observe: nothing is refused at it yet. */
export function declarationOf(typed: Typed): Declaration {
  const { sensitivity, name } = typed;
  return {
    title: typed.title.trim() || name.trim(),
    owner: typed.owner.trim(),
    hosts: hostsOf(typed),
    upstream: typed.upstream.trim(),
    stage: 'observe',
    ...(sensitivity && { sensitivity }),
  };
}

/** Returns the application file (docs/applications.md), which `countersign application add --file` reads. */
export function fileOf(name: string, { title, owner, hosts, upstream, stage, sensitivity }: Declaration): string {
  const lines = [
    ['name', text(name)],
    ['title', text(title)],
    ['owner', text(owner)],
    ['hosts', `[${hosts.map(text).join(', ')}]`],
    ['upstream', text(upstream)],
    ['stage', text(stage ?? 'enforce')],
    ...(sensitivity ? [['sensitivity', text(sensitivity)]] : []),
  ];
  return lines.map(([field, value]) => `${field} = ${value}\n`).join('');
}

/** A text of TOML. It is that of JSON, except that TOML allows neither DEL nor half a character. */
const text = (of: string): string =>
  JSON.stringify(of.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('\u007f', '\\u007F');

/** Returns the field of the form that the server's name of a field means, if the form has it. */
export function fieldOf(field: string | null | undefined): keyof Typed | undefined {
  const known: Record<string, keyof Typed> = { application: 'name', host: 'hosts' };
  const found = known[field ?? ''] ?? field;
  return found && found in nothingTyped ? (found as keyof Typed) : undefined;
}
