// What the pages of the register ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { Entered } from '../../components/FormAction.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Trust = Schemas['Trust'];

/** The most entries that the server gives in one answer. */
const MOST = 10_000;

export const listTrusts = (search: ListSearch) => answerOf(api.GET('/api/v1/trusts', pageOf(search)));
export const allTrusts = () => answerOf(api.GET('/api/v1/trusts', { params: { query: { limit: MOST } } }));
export const figures = () => answerOf(api.GET('/api/v1/trusts/figures'));

/** What names one entry. */
export type EntryKey = Pick<Trust, 'cohort' | 'resource' | 'action' | 'item'>;

/** Returns the one entry with this key in whatever state, or nothing. */
export async function showTrust({ cohort, resource, action, item }: EntryKey): Promise<Trust | null> {
  const of = { cohort, resource, action, item };
  const first = async (search: ListSearch) => (await listTrusts(search)).items[0];
  return (await first(of)) ?? (await first({ ...of, state: 'eliminated' })) ?? null;
}

export const own = (of: EntryKey, { owner = '' }: Entered, dryRun: boolean) =>
  answerOf(api.POST('/api/v1/trusts/own', { body: { of, owner, dry_run: dryRun } }));

export const document = (of: EntryKey, entered: Entered, dryRun: boolean) => {
  const { owner = '', authority = '', reason = '', days } = entered;
  const expires_in_seconds = Number(days) * 86_400;
  return answerOf(
    api.POST('/api/v1/trusts/document', {
      body: { of, owner, authority, reason, expires_in_seconds, dry_run: dryRun },
    }),
  );
};
