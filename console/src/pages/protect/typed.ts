// What a person typed about an application, as the declaration that the API takes, and back.

import type { Schemas } from '../../api/client.ts';

export type Declaration = Schemas['Declaration'];
export type Stage = NonNullable<Declaration['stage']>;
export type Sensitivity = NonNullable<Declaration['sensitivity']>;
export type Action = Schemas['Action'];

/** A row of a list: `key` tells rows apart while they are typed, moved and removed. */
interface Row {
  key: number;
}

export interface TypedRoute extends Row {
  /** Apart from each other by spaces, commas or lines. */
  methods: string;
  path: string;
  action: Action | '';
}

export interface TypedPart extends Row {
  part: string;
  sensitivity: Sensitivity | '';
  routes: TypedRoute[];
}

export interface TypedOperation extends Row {
  word: string;
  action: Action;
}

/** The fields of the form. Lists without rows of their own are texts, apart by spaces, commas or lines. */
export interface Typed {
  upstream: string;
  name: string;
  title: string;
  owner: string;
  hosts: string;
  sensitivity: Sensitivity | '';
  parts: TypedPart[];
  /** Whether the gate's rules choose the request headers, or exactly those of a list pass. */
  headers: 'rules' | 'listed';
  requestHeaders: string;
  downloadTypes: string;
  assertionHeader: string;
  operations: TypedOperation[];
}

export const nothingTyped: Typed = {
  upstream: '',
  name: '',
  title: '',
  owner: '',
  hosts: '',
  sensitivity: '',
  parts: [],
  headers: 'rules',
  requestHeaders: '',
  downloadTypes: '',
  assertionHeader: '',
  operations: [],
};

let rows = 0;
const row = (): Row => ({ key: ++rows });

export const newRoute = (): TypedRoute => ({ ...row(), methods: '', path: '', action: '' });
export const newPart = (): TypedPart => ({ ...row(), part: '', sensitivity: '', routes: [newRoute()] });
export const newOperation = (): TypedOperation => ({ ...row(), word: '', action: 'read' });

/** Returns the items of a text that has them apart by spaces, commas or lines: each once, in order. */
export const itemsOf = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))].toSorted();

/** Returns the hosts: those that were typed, or the name under `localhost`, which every browser on this machine finds. */
export function hostsOf({ hosts, name }: Typed): string[] {
  const typed = itemsOf(hosts.toLowerCase());
  if (typed.length > 0 || name.trim() === '') return typed;
  return [`${name.trim()}.localhost`];
}

/** Returns the declaration. A new application begins in the stage observe: nothing is refused at it yet. */
export function declarationOf(typed: Typed, stage: Stage = 'observe'): Declaration {
  const { sensitivity, name, parts, operations } = typed;
  const assertion_header = typed.assertionHeader.trim();
  const download_types = itemsOf(typed.downloadTypes);
  return {
    title: typed.title.trim() || name.trim(),
    owner: typed.owner.trim(),
    hosts: hostsOf(typed),
    upstream: typed.upstream.trim(),
    stage,
    ...(sensitivity && { sensitivity }),
    ...(assertion_header && { assertion_header }),
    ...(download_types.length > 0 && { download_types }),
    ...(typed.headers === 'listed' && { request_headers: itemsOf(typed.requestHeaders.toLowerCase()) }),
    ...(operations.length > 0 && {
      operations: Object.fromEntries(operations.map(({ word, action }) => [word.trim(), action])),
    }),
    ...(parts.length > 0 && { resources: resourcesOf(typed) }),
  };
}

/** Returns the parts with their routes, in their order: the first route that matches a request gives its part. */
export const resourcesOf = ({ parts }: Typed): NonNullable<Declaration['resources']> =>
  parts.map(({ part, sensitivity, routes }) => ({
    part: part.trim(),
    ...(sensitivity && { sensitivity }),
    routes: routes.map(({ methods, path, action }) => {
      const asked = itemsOf(methods.toUpperCase());
      return { ...(asked.length > 0 && { methods: asked }), path: path.trim(), ...(action && { action }) };
    }),
  }));

/** Returns the form of an application that is declared. `declarationOf` gives its declaration back. */
export function typedOf(name: string, declared: Declaration): Typed {
  return {
    upstream: declared.upstream,
    name,
    title: declared.title,
    owner: declared.owner,
    hosts: declared.hosts.join('\n'),
    sensitivity: declared.sensitivity ?? '',
    parts: (declared.resources ?? []).map(({ part, sensitivity, routes }) => ({
      ...row(),
      part,
      sensitivity: sensitivity ?? '',
      routes: (routes ?? []).map(({ methods, path, action }) => ({
        ...row(),
        methods: (methods ?? []).join(', '),
        path,
        action: action ?? '',
      })),
    })),
    headers: declared.request_headers ? 'listed' : 'rules',
    requestHeaders: (declared.request_headers ?? []).join('\n'),
    downloadTypes: (declared.download_types ?? []).join('\n'),
    assertionHeader: declared.assertion_header ?? '',
    operations: Object.entries(declared.operations ?? {}).map(([word, action]) => ({ ...row(), word, action })),
  };
}

/** Returns the places of operations whose name an earlier one has. A declaration has each name once, so the server never sees them. */
export const repeatedOperations = ({ operations }: Typed): number[] =>
  operations.flatMap(({ word }, place) =>
    operations.findIndex((other) => other.word.trim() === word.trim()) < place ? [place] : [],
  );
