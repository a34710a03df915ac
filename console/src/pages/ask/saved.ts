// Questions that a person saved in their browser. They are theirs alone and no state of the server.

export interface Question {
  name: string;
  sql: string;
}

/** Where the questions of a person stand. Another person who signs in in the same browser has another place. */
const placeOf = (person: string): string => `countersign.questions.${person}`;

/** More are not kept: a browser's storage is small. */
const MOST = 200;

/** Returns the questions that a text of the storage holds. What is not one is left out. */
export function parsed(text: string | null): Question[] {
  try {
    const held: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(held) ? held.filter(isQuestion) : [];
  } catch {
    return [];
  }
}

function isQuestion(one: unknown): one is Question {
  const { name, sql } = (one ?? {}) as Partial<Question>;
  return typeof name === 'string' && typeof sql === 'string';
}

/** Returns the questions with this one, which takes the place of one with its name. */
export function withQuestion(all: readonly Question[], one: Question): Question[] {
  const rest = all.filter(({ name }) => name !== one.name);
  return [...rest, one].toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, MOST);
}

/** Returns the questions that this person saved in this browser. */
export const load = (person: string): Question[] => parsed(window.localStorage.getItem(placeOf(person)));

/** Keeps the questions of this person. Returns false if the browser keeps no more. */
export function store(person: string, all: readonly Question[]): boolean {
  try {
    window.localStorage.setItem(placeOf(person), JSON.stringify(all));
    return true;
  } catch {
    return false;
  }
}
