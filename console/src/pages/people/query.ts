// What the pages of people ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import { PAGE } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Person = Schemas['Person'];
export type ReachClass = Schemas['ReachClass'];

const path = (person: string) => ({ params: { path: { person } } });
const ofPerson = (person: string) => ({ params: { query: { person, limit: Number(PAGE) } } });

export const listPeople = (search: ListSearch) => answerOf(api.GET('/api/v1/people', pageOf(search)));
export const showPerson = (person: string) => answerOf(api.GET('/api/v1/people/{person}', path(person)));
export const credentialsOf = (person: string) => answerOf(api.GET('/api/v1/people/{person}/credentials', path(person)));
export const sessionsOf = (person: string) => answerOf(api.GET('/api/v1/sessions', ofPerson(person)));
export const grantsOf = (person: string) => answerOf(api.GET('/api/v1/grants', ofPerson(person)));
export const reachOf = (person: string) => answerOf(api.GET('/api/v1/reach/what', { params: { query: { person } } }));

export const endSessionsOf = (person: string) => answerOf(api.DELETE('/api/v1/people/{person}/sessions', path(person)));
export const restorePerson = (person: string) => answerOf(api.POST('/api/v1/people/{person}/restore', path(person)));
export const suspendPerson = (person: string, reason: string) =>
  answerOf(api.POST('/api/v1/people/{person}/suspend', { ...path(person), body: { reason } }));
