// What the pages of exceptions ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import { ProblemError } from '../../api/problem.ts';
import type { Entered } from '../../components/FormAction.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';
import { spanOf } from './order.ts';

export type Exception = Schemas['Exception'];

/** Returns a page of the exceptions that were not ended: those that end first come first, unless the address says otherwise. */
export function listExceptions({ ending, ...search }: ListSearch) {
  const asked = { sort: 'expires_at', ...search, ...(ending ? spanOf(ending, Date.now()) : {}) };
  return answerOf(api.GET('/api/v1/exceptions', pageOf(asked)));
}

/** Returns one exception, or nothing once it was ended. */
export async function showException(id: string): Promise<Exception | null> {
  try {
    return await answerOf(api.GET('/api/v1/exceptions/{id}', { params: { path: { id } } }));
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null;
    throw error;
  }
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
