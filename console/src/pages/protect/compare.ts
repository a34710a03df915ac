// What differs between two declarations, and one declaration out of two that began with the same.

import { texts } from '../../texts/index.ts';
import { routeInWords } from '../applications/parts.ts';
import { type Declaration, itemsOf } from './typed.ts';

const words = texts.pages.protect;
const applications = texts.pages.applications;

type Resource = NonNullable<Declaration['resources']>[number];

/** A field that differs, in words. A part has a row of its own. */
export interface Change {
  field: string;
  before: string;
  after: string;
}

/** The fields of a declaration, with everything that it may leave out. */
type Whole = Required<Omit<Declaration, 'kind'>>;
type Field = Exclude<keyof Whole, 'resources'>;

const FIELDS: readonly Field[] = [
  'title',
  'owner',
  'hosts',
  'upstream',
  'stage',
  'sensitivity',
  'assertion_header',
  'download_types',
  'request_headers',
  'operations',
];

function whole(declared: Declaration): Whole {
  const sorted = (items: string[]) => itemsOf(items.join('\n'));
  return {
    title: declared.title,
    owner: declared.owner,
    hosts: sorted(declared.hosts),
    upstream: declared.upstream,
    stage: declared.stage ?? 'enforce',
    sensitivity: declared.sensitivity ?? null,
    assertion_header: declared.assertion_header ?? words.usualHeader,
    download_types: sorted(declared.download_types ?? []),
    request_headers: declared.request_headers ? sorted(declared.request_headers) : null,
    operations: Object.fromEntries(Object.entries(declared.operations ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    resources: (declared.resources ?? []).map(resource),
  };
}

const resource = ({ part, sensitivity, routes }: Resource) => ({
  part,
  sensitivity: sensitivity ?? null,
  routes: (routes ?? []).map(({ methods, path, action }) => ({
    methods: [...(methods ?? [])].toSorted(),
    path,
    action: action ?? null,
  })),
});

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Returns what differs, in the order of the form. */
export function changesOf(before: Declaration, after: Declaration): Change[] {
  const [old, next] = [whole(before), whole(after)];
  const fields = FIELDS.filter((field) => !same(old[field], next[field])).map((field) => ({
    field: words.fields[field],
    before: shown(field, old),
    after: shown(field, next),
  }));
  return [...fields, ...changedParts(old.resources, next.resources)];
}

function changedParts(old: Resource[], next: Resource[]): Change[] {
  const named = (list: Resource[], name: string) => list.find(({ part }) => part === name);
  const names = [...new Set([...next, ...old].map(({ part }) => part))];
  const changes = names
    .filter((name) => !same(named(old, name), named(next, name)))
    .map((name) => ({
      field: words.partNamed(name),
      before: shownPart(named(old, name)),
      after: shownPart(named(next, name)),
    }));
  const order = (list: Resource[], others: Resource[]) =>
    list.filter(({ part }) => named(others, part)).map(({ part }) => part);
  const [from, to] = [order(old, next), order(next, old)];
  if (same(from, to)) return changes;
  return [...changes, { field: words.orderOfParts, before: from.join(', '), after: to.join(', ') }];
}

function shownPart(part: Resource | undefined): string {
  if (!part) return texts.words.none;
  const label = part.sensitivity ? applications.sensitivities[part.sensitivity] : words.asApplication;
  return [label, ...(part.routes ?? []).map(routeInWords)].join('; ');
}

function shown(field: Field, of: Whole): string {
  switch (field) {
    case 'stage':
      return applications.stages[of.stage];
    case 'sensitivity':
      return of.sensitivity ? applications.sensitivities[of.sensitivity] : applications.unlabelled;
    case 'request_headers':
      return of.request_headers ? of.request_headers.join(', ') || words.onlyStandard : words.byRule;
    case 'operations':
      return (
        Object.entries(of.operations)
          .map(([word, action]) => `${word} = ${action}`)
          .join(', ') || texts.words.none
      );
    case 'hosts':
    case 'download_types':
      return of[field].join(', ') || texts.words.none;
    default:
      return String(of[field]);
  }
}

/** Two changes of one declaration in one. */
export interface Merged {
  declaration: Declaration;
  /** The fields and parts that both changed. The declaration has one's own. */
  both: string[];
}

/** Returns `theirs` with what `mine` changed of `base`. What both changed is as in `mine`, and is named. */
export function merged(base: Declaration, mine: Declaration, theirs: Declaration): Merged {
  const [old, own, other] = [whole(base), whole(mine), whole(theirs)];
  const both: string[] = [];
  const declaration = Object.fromEntries(
    FIELDS.map((field) => {
      const chosen = choice(old[field], own[field], other[field]);
      if (chosen === 'both') both.push(words.fields[field]);
      return [field, chosen === 'theirs' ? other[field] : own[field]];
    }),
  ) as unknown as Declaration;
  const parts = mergedParts(old.resources, own.resources, other.resources);
  both.push(...parts.both.map(words.partNamed));
  return { declaration: { ...declaration, resources: parts.list }, both };
}

function choice(base: unknown, mine: unknown, theirs: unknown): 'mine' | 'theirs' | 'both' {
  if (same(base, mine)) return 'theirs';
  return same(base, theirs) || same(mine, theirs) ? 'mine' : 'both';
}

/** Merges part by part, in one's own order unless only the others changed it. Their new parts come last. */
function mergedParts(base: Resource[], mine: Resource[], theirs: Resource[]): { list: Resource[]; both: string[] } {
  const named = (list: Resource[], name: string) => list.find(({ part }) => part === name);
  const names = (list: Resource[]) => list.map(({ part }) => part);
  const [first, second] = same(names(base), names(mine)) ? [theirs, mine] : [mine, theirs];
  const list: Resource[] = [];
  const both: string[] = [];
  for (const name of new Set([...names(first), ...names(second)])) {
    const [own, other] = [named(mine, name), named(theirs, name)];
    const chosen = choice(named(base, name), own, other);
    if (chosen === 'both') both.push(name);
    const kept = chosen === 'theirs' ? other : own;
    if (kept) list.push(kept);
  }
  return { list, both };
}
