// What the pages of sources ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { Entered } from '../../components/FormAction.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Source = Schemas['InventorySource'];
export type Leaver = Schemas['PersonWhoLeft'];
export type ImportCount = Schemas['ImportCount'];

const path = (source: string) => ({ params: { path: { source } } });

export const listSources = (search: ListSearch) => answerOf(api.GET('/api/v1/sources', pageOf(search)));
export const showSource = (source: string) => answerOf(api.GET('/api/v1/sources/{source}', path(source)));
export async function declareSource(entered: Entered) {
  const name = entered.name ?? '';
  // The form has no bounds for leavers: a source that has some keeps them.
  const { data: known } = await api.GET('/api/v1/sources/{source}', path(name));
  return answerOf(
    api.PUT('/api/v1/sources/{source}', {
      ...path(name),
      body: {
        format: entered.format ?? '',
        title: entered.title ?? '',
        purpose: entered.purpose ?? '',
        owner: entered.owner ?? '',
        authoritative: entered.authoritative === 'yes',
        ...(entered.hours ? { expected_every_seconds: Number(entered.hours) * 3600 } : {}),
        ...(known?.leavers && entered.authoritative === 'yes' ? { leavers: known.leavers } : {}),
      },
    }),
  );
}
export const listLeavers = (source: string) =>
  answerOf(api.GET('/api/v1/sources/{source}/leavers', { params: { path: { source }, query: { limit: 200 } } }));
export const confirmLeavers = (source: string, body: Schemas['ConfirmLeavers']) =>
  answerOf(api.POST('/api/v1/sources/{source}/leavers/confirm', { ...path(source), body }));
export const withdrawSource = (source: string) => answerOf(api.DELETE('/api/v1/sources/{source}', path(source)));

/** Returns how much there is after an import. */
export const total = ({ new: added, changed, same }: ImportCount) => added + changed + same;
