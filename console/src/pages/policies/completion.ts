// What can stand at a place in a policy, from the vocabulary of the server. `SourceEditor.tsx` offers it while somebody types.

import type { Vocabulary } from './query.ts';

/** One thing that can be written. */
export interface Suggestion {
  label: string;
  /** What it is, beside it. */
  detail?: string;
  /** What is written, if not the label. */
  apply?: string;
  kind: 'attribute' | 'name' | 'type' | 'annotation' | 'keyword';
}

/** What can be written from a place in the line on. */
export interface Suggestions {
  /** The place in the line at which the word begins that is being typed. */
  from: number;
  options: Suggestion[];
}

const KEYWORDS = [
  'permit',
  'forbid',
  'when',
  'unless',
  'principal',
  'action',
  'resource',
  'context',
  'in',
  'is',
  'has',
  'like',
  'if',
  'then',
  'else',
  'true',
  'false',
];

/** The words of the texts that say what a suggestion is. */
export interface CompletionWords {
  optional: string;
  group: string;
  application: string;
  resource: string;
  network: string;
  action: string;
}

/** Returns what can follow this beginning of a line, or nothing if a completion would only be in the way. */
export function suggestionsAt(line: string, known: Vocabulary, words: CompletionWords): Suggestions | undefined {
  if (/^\s*(\/\/|#)/.test(line)) return undefined;
  const open = openText(line);
  if (open !== undefined) return namesAt(line, open, known, words);
  const annotation = /^\s*@(\w*)$/.exec(line);
  if (annotation)
    return found(
      line,
      annotation[1],
      known.annotations.map((label) => ({ label, apply: `${label}("`, kind: 'annotation' })),
    );
  const asked = /\b((?:principal|resource|context)(?:\.\w+)*)\s+has\s+(\w*)$/.exec(line);
  if (asked?.[1]) return found(line, asked[2], attributesOf(asked[1], known, words));
  const path = /\b((?:principal|resource|context)(?:\.\w+)*)\.(\w*)$/.exec(line);
  if (path?.[1]) return found(line, path[2], attributesOf(path[1], known, words));
  const entity = /\b(\w+(?:::\w*)+)$/.exec(line);
  if (entity) return found(line, entity[1], typesOf(known));
  const word = /(?:^|[^\w.@"])([A-Za-z]\w*)$/.exec(line);
  if (!word) return undefined;
  return found(line, word[1], [...KEYWORDS.map((label) => ({ label, kind: 'keyword' as const })), ...typesOf(known)]);
}

const found = (line: string, typed = '', options: Suggestion[] = []): Suggestions => ({
  from: line.length - typed.length,
  options,
});

/** Returns the place after the quotation mark of a text that the line leaves open, if there is one. */
function openText(line: string): number | undefined {
  let open: number | undefined;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === '"') open = open === undefined ? at + 1 : undefined;
  }
  return open;
}

/** Returns the names that exist here and can stand in a text that was opened after a type or a comparison. */
function namesAt(line: string, open: number, known: Vocabulary, words: CompletionWords): Suggestions | undefined {
  const before = line.slice(0, open - 1);
  const named = (names: readonly string[], detail: string): Suggestions => ({
    from: open,
    options: names.map((label) => ({ label, detail, kind: 'name' })),
  });
  if (/::Group::$/.test(before)) return named(known.groups, words.group);
  if (/::Application::$/.test(before)) return named(known.applications, words.application);
  if (/::Resource::$/.test(before)) return named(known.resources, words.resource);
  if (/::Action::$/.test(before)) return named(known.actions, words.action);
  if (/context\.place\.network\s*[!=]=\s*$/.test(before)) return named([...known.networks, 'elsewhere'], words.network);
  return undefined;
}

/** Returns the attributes right below a path. */
function attributesOf(path: string, { attributes }: Vocabulary, words: CompletionWords): Suggestion[] {
  return attributes.flatMap(({ path: whole, kind, optional }) => {
    const name = whole.startsWith(`${path}.`) ? whole.slice(path.length + 1) : '';
    if (name === '' || name.includes('.')) return [];
    return [{ label: name, detail: optional ? `${kind}, ${words.optional}` : kind, kind: 'attribute' }];
  });
}

const typesOf = ({ entity_types }: Vocabulary): Suggestion[] =>
  entity_types.map((label) => ({ label, apply: `${label}::"`, kind: 'type' }));
