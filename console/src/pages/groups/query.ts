// What the pages of groups ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Group = Schemas['Group'];
export type Member = Schemas['Member'];

export const listGroups = (search: ListSearch) => answerOf(api.GET('/api/v1/groups', pageOf(search)));
export const showGroup = (group: string) =>
  answerOf(api.GET('/api/v1/groups/{group}', { params: { path: { group } } }));

const membership = (group: string, member: string) => ({ params: { path: { group, member } } });
export const joinGroup = (group: string, member: string) =>
  answerOf(api.PUT('/api/v1/groups/{group}/members/{member}', membership(group, member)));
export const leaveGroup = (group: string, member: string) =>
  answerOf(api.DELETE('/api/v1/groups/{group}/members/{member}', membership(group, member)));
