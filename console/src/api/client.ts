// The client of the API, typed by its document. Every page asks through `api` and reads answers through `answerOf`.

import createClient from 'openapi-fetch';
import { guardedFetch } from './guarded-fetch.ts';
import { type ProblemDocument, ProblemError } from './problem.ts';
import type { components, paths } from './schema.ts';

export type Schemas = components['schemas'];

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: guardedFetch });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Returns the document of an answer. Throws a `ProblemError` if the server refused. */
export async function answerOf<T>(asking: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asking;
  if (!response.ok) throw new ProblemError(response.status, error as ProblemDocument | undefined);
  // An answer without content (204) has no document; its type says so.
  return data as T;
}
