// What the pages of devices ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Device = Schemas['Device'];

const path = (id: string) => ({ params: { path: { id } } });

export const listDevices = (search: ListSearch) => answerOf(api.GET('/api/v1/devices', pageOf(search)));
export const showDevice = (id: string) => answerOf(api.GET('/api/v1/devices/{id}', path(id)));
