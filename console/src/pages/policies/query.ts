// What the pages of policies ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';
import type { Changeable } from './draft.ts';
import { SETTINGS, type Settings, settingsText } from './settings.ts';

export type Policies = Schemas['Policies'];
export type Policy = Schemas['Policy'];
export type Finding = Schemas['PolicyFinding'];
export type Version = Schemas['PolicyVersion'];
export type Published = Schemas['Published'];

/** A policy with what the lint found in it. */
export interface LintedPolicy extends Policy {
  findings: Finding[];
}

const showPolicies = () => answerOf(api.GET('/api/v1/policies'));

/** The set in force. */
export const setQuery = { queryKey: ['policies', 'set'], queryFn: showPolicies };

const lint = () => answerOf(api.GET('/api/v1/policies/lint'));

/** Returns every policy of `set`, the set in force, with its findings, in the order of the files. */
export async function lintedPolicies(set: Promise<Policies>): Promise<LintedPolicy[]> {
  const [{ policies }, { findings }] = await Promise.all([set, lint()]);
  return policies.map((policy) => ({ ...policy, findings: findings.filter((found) => found.policy === policy.id) }));
}

/** Returns one policy, or nothing if no policy in force has this name. */
export async function showPolicy(id: string): Promise<LintedPolicy | null> {
  return (await lintedPolicies(showPolicies())).find((policy) => policy.id === id) ?? null;
}

export const listVersions = (search: ListSearch) => answerOf(api.GET('/api/v1/policies/history', pageOf(search)));

/** Says what a rollback would change, and changes nothing. */
export const previewRollback = (version: string, why: string) =>
  answerOf(api.POST('/api/v1/policies/rollback', { body: { version, why, dry_run: true } }));

/** Puts an earlier version in force. `removes` names the guardrails that the person read would go with it. */
export const rollBack = (version: string, why: string, removes: string[]) =>
  answerOf(api.POST('/api/v1/policies/rollback', { body: { version, why, removes } }));

export type Files = Record<string, string>;
export type PlanReport = Extract<NonNullable<Schemas['Job']['result']>, { kind: 'plan' }>;
export type Problem = Schemas['PolicyProblem'];

/** Returns the policy files in force, and the settings as one more file. */
export async function showChangeable(): Promise<Changeable> {
  const [{ version, files }, { settings }] = await Promise.all([
    answerOf(api.GET('/api/v1/policies/files')),
    answerOf(api.GET('/api/v1/settings')),
  ]);
  return { version: version ?? null, files: { ...files, [SETTINGS]: settingsText(settings) } };
}

export type PolicyCheck = Schemas['PolicyCheck'];
export type PolicyTest = Schemas['PolicyTest'];
export type Vocabulary = Schemas['PolicyVocabulary'];

/** A place in a change, perhaps a whole file. */
export interface DraftPlace {
  file: string;
  line?: number | null;
}

/** Something that was found in a change. */
export interface DraftFinding extends DraftPlace {
  kind: string;
  message: string;
}

/** Says what is wrong with a set, and publishes nothing. */
export const checkDraft = (files: Files) => answerOf(api.POST('/api/v1/policies/check', { body: { files } }));

/** Runs the tests of a set. */
export const testDraft = (files: Files) => answerOf(api.POST('/api/v1/policies/test', { body: { files } }));

/** Returns the text of a policy file in the usual layout. */
export const formatText = async (path: string, text: string) =>
  (await answerOf(api.POST('/api/v1/policies/format', { body: { path, text } }))).text;

/** What a policy can name. */
export const vocabularyQuery = {
  queryKey: ['policies', 'vocabulary'],
  queryFn: () => answerOf(api.GET('/api/v1/policies/vocabulary')),
  staleTime: 60_000,
};

/** Returns the first policy file of an application, as the server proposes it. It is not in force. */
export const showStarter = (application: string, group: string | undefined) =>
  answerOf(api.GET('/api/v1/policies/starter', { params: { query: { application, group } } }));

/** Begins the plan of a set: a job, which evaluates what was decided since then against this set too. */
export const startPlan = (files: Files, settings: Settings | undefined, since: string) =>
  answerOf(api.POST('/api/v1/plans', { body: { files, settings, since } }));

/** Puts a planned set in force. The server refuses it if another is in force than the one that the edit began from. */
export const applyPlan = (asked: {
  files: Files;
  settings: Settings | undefined;
  expected: string | null;
  plan: string;
  why: string;
  acceptUnknown?: string;
  removes: string[];
}) =>
  answerOf(
    api.PUT('/api/v1/policies', {
      body: {
        files: asked.files,
        settings: asked.settings,
        expected_version: asked.expected,
        plan: asked.plan,
        why: asked.why,
        accept_unknown: asked.acceptUnknown || undefined,
        removes: asked.removes,
      },
    }),
  );

/** Returns the version that was put in force last, with its author and reason. */
export async function latestVersion(): Promise<Version | undefined> {
  return (await listVersions({})).items.find(({ of = 'policies' }) => of === 'policies');
}
