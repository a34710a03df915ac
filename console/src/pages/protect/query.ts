// What the pages that protect an application ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { Declaration } from './file.ts';

export type UpstreamCheck = Schemas['UpstreamCheck'];

/** Has the server check whether an upstream answers, asked as people will ask. */
export const checkUpstream = (upstream: string, host: string | undefined) =>
  answerOf(api.POST('/api/v1/upstreams/check', { body: { upstream, host } }));

const declaring = (application: string, body: Declaration, dry_run: boolean) =>
  answerOf(
    api.PUT('/api/v1/applications/{application}', {
      params: { path: { application }, query: { new: true, dry_run } },
      body,
    }),
  );

/** Says what would be declared, and declares nothing. */
export const previewDeclaration = (name: string, body: Declaration) => declaring(name, body, true);

/** Declares a new application. The server refuses it if the name has one. */
export const declare = (name: string, body: Declaration) => declaring(name, body, false);
