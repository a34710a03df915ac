// What the pages that protect and change an application ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { Declaration } from './typed.ts';

export type UpstreamCheck = Schemas['UpstreamCheck'];
export type MeaningQuestion = { name: string } & Schemas['RequestToName'];

/** Has the server check whether an upstream answers, asked as people will ask. */
export const checkUpstream = (upstream: string, host: string | undefined) =>
  answerOf(api.POST('/api/v1/upstreams/check', { body: { upstream, host } }));

/** Says what a request would mean. */
export const meaningOf = ({ name, ...body }: MeaningQuestion) =>
  answerOf(api.POST('/api/v1/applications/{application}/meaning', { params: { path: { application: name } }, body }));

interface Declaring {
  new?: true;
  expected_version?: string;
  dry_run?: true;
}

const declaring = (application: string, body: Declaration, query: Declaring) =>
  answerOf(api.PUT('/api/v1/applications/{application}', { params: { path: { application }, query }, body }));

/** Says what would be declared, and declares nothing. */
export const previewDeclaration = (name: string, body: Declaration) =>
  declaring(name, body, { new: true, dry_run: true });

/** Declares a new application. The server refuses it if the name has one. */
export const declare = (name: string, body: Declaration) => declaring(name, body, { new: true });

/** Says what a changed declaration would be. The server refuses it if somebody else changed the one of this version. */
export const previewChange = (name: string, body: Declaration, expected_version: string) =>
  declaring(name, body, { expected_version, dry_run: true });

/** Replaces the declaration of this version. The server refuses it if somebody else changed it. */
export const changeDeclaration = (name: string, body: Declaration, expected_version: string) =>
  declaring(name, body, { expected_version });

/** Says what a person could do with an application as it is declared, for this request. */
export const reachOf = (query: { person: string; application: string; operation: string; item: string }) =>
  answerOf(api.GET('/api/v1/reach/what', { params: { query } }));
