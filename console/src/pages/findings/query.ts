// What the pages of findings ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { Entered } from '../../components/FormAction.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Cause = Schemas['FindingCause'];
export type Finding = Schemas['InventoryFinding'];
export type Level = Schemas['HygieneLevel'];

const path = (id: string) => ({ params: { path: { id } } });

export const listCauses = (search: ListSearch) => answerOf(api.GET('/api/v1/inventory/finding-causes', pageOf(search)));
export const listFindings = (search: ListSearch) => answerOf(api.GET('/api/v1/inventory/findings', pageOf(search)));
export const showFinding = (id: string) => answerOf(api.GET('/api/v1/inventory/findings/{id}', path(id)));
export const acceptFinding = (id: string, entered: Entered) =>
  answerOf(
    api.POST('/api/v1/inventory/findings/{id}/accept', {
      ...path(id),
      body: { reason: entered.reason ?? '', expires_in_seconds: Number(entered.days) * 86_400 },
    }),
  );
/** The formats in which findings leave. */
export type Format = Schemas['FindingFormat'];

/** Exports what the list shows: a text search does not narrow an export. */
export const exportFindings = (format: Format, { state, severity, source, detector }: ListSearch) =>
  answerOf(
    api.GET('/api/v1/inventory/finding-export', {
      params: { query: { format, state, severity, source, detector } as never },
    }),
  );
export const showSettings = () => answerOf(api.GET('/api/v1/inventory/finding-settings'));
export const reopenFinding = (id: string, reason: string) =>
  answerOf(api.POST('/api/v1/inventory/findings/{id}/reopen', { ...path(id), body: { reason } }));
