// What the page of the register asks of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Trust = Schemas['Trust'];

export const listTrusts = (search: ListSearch) => answerOf(api.GET('/api/v1/trusts', pageOf(search)));
export const trustFigures = () => answerOf(api.GET('/api/v1/trusts/figures'));
