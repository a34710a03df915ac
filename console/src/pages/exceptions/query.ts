// What the pages of exceptions ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { Entered } from '../../components/FormAction.tsx';
import type { ListSearch } from '../../components/list-search.ts';

export type Exception = Schemas['Exception'];

/** The most entries that the server gives in one answer. */
const MOST = 10_000;

/** Returns the exceptions that were not ended. The server sorts them by their opening alone, so all are asked for. */
export const allExceptions = (search: ListSearch = {}) =>
  answerOf(
    api.GET('/api/v1/exceptions', {
      params: { query: { limit: MOST, sort: search.sort, order: search.order } as never },
    }),
  );

/** Returns one exception, or nothing once it was ended: the server then lists it no more. */
export async function showException(id: string): Promise<Exception | null> {
  return (await allExceptions()).items.find((exception) => exception.id === id) ?? null;
}

/** Returns the guardrails that an exception can be made to. */
export async function exceptablePolicies(): Promise<string[]> {
  const { policies } = await answerOf(api.GET('/api/v1/policies'));
  return policies.filter(({ reads_exceptions }) => reads_exceptions).map(({ id }) => id);
}

export const openException = (entered: Entered) =>
  answerOf(
    api.POST('/api/v1/exceptions', {
      body: {
        policy: entered.policy ?? '',
        person: entered.person || undefined,
        group: entered.group || undefined,
        application: entered.application || undefined,
        owner: entered.owner ?? '',
        authority: entered.authority ?? '',
        reason: entered.reason ?? '',
        expires_in_seconds: Number(entered.days) * 86_400,
      },
    }),
  );

export const endException = (id: string, reason: string) =>
  answerOf(api.DELETE('/api/v1/exceptions/{id}', { params: { path: { id } }, body: { reason } }));
