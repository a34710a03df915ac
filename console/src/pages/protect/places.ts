// Where in the form a field stands that the server names.

import type { Typed } from './typed.ts';

const PLAIN = [
  'upstream',
  'name',
  'title',
  'owner',
  'hosts',
  'sensitivity',
  'assertion_header',
  'download_types',
  'request_headers',
];
const OTHER_NAMES: Record<string, string> = { application: 'name', host: 'hosts' };

/** Returns the place of a field in the form, if the form shows it. The parts that are only tried have their own prefix. */
export function placeOf(field: string | null | undefined, typed: Typed): string | undefined {
  if (!field) return undefined;
  const name = OTHER_NAMES[field] ?? field.replace(/^parts\./, '');
  if (PLAIN.includes(name)) return name;
  if (name === 'operations' || name.startsWith('operations.')) return operationPlace(name, typed);
  const [, part, route] = /^resources\[(\d+)\](?:\.routes\[(\d+)\])?\.[a-z]+$/.exec(name) ?? [];
  const found = part && typed.parts[Number(part)];
  if (!found || (route && !found.routes[Number(route)])) return undefined;
  return name;
}

/** The name of an operation is part of the field, unless the name itself is what is wrong. */
function operationPlace(field: string, { operations }: Typed): string | undefined {
  const word = field.slice('operations.'.length);
  const place = operations.findIndex((of) =>
    word === '' ? of.word.trim() === '' || [...of.word].length > 2000 : of.word.trim() === word,
  );
  return place < 0 ? undefined : `operations[${place}]`;
}
