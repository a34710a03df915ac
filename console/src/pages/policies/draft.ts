// A change of the policies that a person types: the files that they changed, and the version that they began from.

import type { Files } from './query.ts';
import { SETTINGS } from './settings.ts';

/** A changed file: its text when the change began, and its text now. `null` means that there is no such file. */
export interface Edit {
  from: string | null;
  to: string | null;
}

export interface Draft {
  /** The version that the change began from, or `null` if none was ever published. */
  base: string | null;
  edits: Record<string, Edit>;
  /** The job that rehearses exactly these edits. */
  plan?: string;
}

/** What can be changed: the policy files in force, and the settings as one more. */
export interface Changeable {
  version: string | null;
  files: Files;
}

export const emptyDraft = (base: string | null): Draft => ({ base, edits: {} });

export const isEmpty = ({ edits }: Pick<Draft, 'edits'>): boolean => Object.keys(edits).length === 0;

/** Returns the draft after a file got another text, or none (`null`). A plan of the earlier text does not count for it. */
export function edited({ base, edits }: Draft, path: string, to: string | null, files: Files): Draft {
  const from = edits[path] ? edits[path].from : (files[path] ?? null);
  const { [path]: _, ...rest } = edits;
  return { base, edits: from === to ? rest : { ...rest, [path]: { from, to } } };
}

/** Returns the draft without the change of one file. */
export function reverted({ base, edits }: Draft, path: string): Draft {
  const { [path]: _, ...rest } = edits;
  return { base, edits: rest };
}

/** Returns the policy files of the whole set with the edits. */
export function filesOf({ edits }: Pick<Draft, 'edits'>, files: Files): Files {
  const kept = Object.entries(files).filter(([path]) => !(path in edits));
  const typed = Object.entries(edits).flatMap(([path, { to }]) => (to === null ? [] : [[path, to] as const]));
  return Object.fromEntries([...kept, ...typed].filter(([path]) => path !== SETTINGS));
}

/**
 * Returns whether another version is in force than the one that the change began from, or other settings, if the change
 * edits these.
 */
export function isConflict(draft: Draft, { version, files }: Changeable): boolean {
  const settings = draft.edits[SETTINGS];
  const others = settings !== undefined && settings.from !== (files[SETTINGS] ?? null);
  return !isEmpty(draft) && (draft.base !== version || others);
}

/** Returns the changed files whose text in force is no longer the one that the change began from. */
export function changedByOthers({ edits }: Draft, files: Files): string[] {
  return Object.entries(edits).flatMap(([path, { from }]) => ((files[path] ?? null) === from ? [] : [path]));
}

/** Returns the draft on top of another version: what was typed stays, and is compared with what is in force now. */
export function rebased({ edits }: Draft, version: string | null, files: Files): Draft {
  const on = Object.entries(edits).flatMap(([path, { to }]) => {
    const from = files[path] ?? null;
    return from === to ? [] : [[path, { from, to }] as const];
  });
  return { base: version, edits: Object.fromEntries(on) };
}

const PATH =
  /^(guardrails\/[a-z0-9][a-z0-9._-]*\.cedar|applications\/[a-z0-9][a-z0-9-]*\.cedar|tests\/[a-z0-9][a-z0-9._-]*\.toml)$/i;

/** Returns whether a policy folder may have a file of this path. The server judges it again. */
export const isPolicyPath = (path: string): boolean => PATH.test(path);

/** Where the draft of a person stands. Another person who signs in in the same tab has another place. */
const placeOf = (person: string): string => `countersign.change-of-policies.${person}`;

/** Returns the draft that a text of the storage holds, if it holds one. */
export function parsedDraft(text: string | null): Draft | undefined {
  try {
    const held = JSON.parse(text ?? 'null') as Partial<Draft> | null;
    if (held === null || typeof held.edits !== 'object' || held.edits === null) return undefined;
    const areEdits = Object.values(held.edits).every((edit) => isText(edit?.from) && isText(edit?.to));
    if (!areEdits || !isText(held.base) || !(held.plan === undefined || typeof held.plan === 'string'))
      return undefined;
    return held as Draft;
  } catch {
    return undefined;
  }
}

const isText = (one: unknown): boolean => one === null || typeof one === 'string';

/** Returns the draft that this person has in this tab, if they have one. */
export const loadDraft = (person: string): Draft | undefined =>
  parsedDraft(window.sessionStorage.getItem(placeOf(person)));

/** Keeps the draft of this person in this tab. Returns false if the browser keeps no more. */
export function storeDraft(person: string, draft: Draft): boolean {
  try {
    if (isEmpty(draft)) window.sessionStorage.removeItem(placeOf(person));
    else window.sessionStorage.setItem(placeOf(person), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}
