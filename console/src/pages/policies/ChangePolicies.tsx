// A change of the policies: files are edited, the change is rehearsed, and what was rehearsed is applied.

import { Alert, Button, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { ADMINISTERS, useOwnId } from '../../api/me.ts';
import { ProblemError } from '../../api/problem.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { ApplyPlan } from './ApplyPlan.tsx';
import { Conflict } from './Conflict.tsx';
import { DraftCheck, useDraftCheck } from './DraftCheck.tsx';
import { DraftTests } from './DraftTests.tsx';
import {
  type Changeable,
  type Draft,
  edited,
  emptyDraft,
  filesOf,
  isConflict,
  isEmpty,
  loadDraft,
  rebased,
  storeDraft,
} from './draft.ts';
import { FileEditor } from './FileEditor.tsx';
import { PlanRun } from './PlanRun.tsx';
import { type DraftPlace, type Files, type Problem, showChangeable, showStarter, startPlan } from './query.ts';
import type { LinePlace } from './SourceEditor.tsx';
import { changedSettings, SETTINGS } from './settings.ts';
import { Yours } from './Yours.tsx';

const words = texts.pages.change;
/** How often the page asks whether another person put other policies in force. */
const PACE_MS = 60_000;
const DAY_MS = 86_400_000;

const filesQuery = { queryKey: ['policies', 'files'], queryFn: showChangeable, refetchInterval: PACE_MS };

export function ChangePolicies() {
  useTitle(words.title);
  const query = useQuery(filesQuery);
  const person = useOwnId();
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.title}</Title>
        <Text c="dimmed">{words.lead}</Text>
      </div>
      <WhatChangingNeeds need={ADMINISTERS} />
      {query.isPending && <Loading what={texts.pages.policies.title} />}
      {query.isError && !query.data && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.data && <Change key={person} person={person} set={query.data} />}
    </Stack>
  );
}

/** Holds the draft of a person, and keeps it in the tab. While nothing is changed, it begins from what is in force. */
function useDraft(person: string, version: string | null) {
  const [held, setHeld] = useState<Draft>(() => loadDraft(person) ?? emptyDraft(version));
  const [isKept, setKept] = useState(true);
  // One object as long as nothing is typed, so that what was found in it counts for it.
  const draft = useMemo(() => (isEmpty(held) ? emptyDraft(version) : held), [held, version]);
  useEffect(() => setKept(storeDraft(person, held)), [person, held]);
  return { draft, change: setHeld, isKept };
}

function Change({ person, set }: { person: string; set: Changeable }) {
  const { files, version } = set;
  const { draft, change, isKept } = useDraft(person, version);
  const [isApplied, setApplied] = useState(false);
  const [place, setPlace] = useState<LinePlace>();
  const { file } = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const paths = [...new Set([...Object.keys(files), ...Object.keys(draft.edits)])].toSorted();
  const path = file && paths.includes(file) ? file : (Object.keys(draft.edits)[0] ?? paths[0] ?? '');
  const choose = (chosen: string) => navigate({ to: '.', search: { file: chosen } as ListSearch, replace: true });
  const rehearsing = useRehearsal(draft, files, (job) => change({ ...draft, plan: job }));
  const update = (next: Draft) => {
    setApplied(false);
    rehearsing.reset();
    change(next);
  };
  const starting = useStarter(paths, (path, text) => {
    update(edited(draft, path, text, files));
    void choose(path);
  });
  const isBehind = isConflict(draft, set);
  const check = useDraftCheck(draft.edits, files);
  const refused = problemsOf(rehearsing.error);
  const problems = refused.length > 0 ? refused : (check.found?.problems ?? NO_PROBLEMS);
  const { edits } = draft;
  const drafted = useMemo(() => filesOf({ edits }, files), [edits, files]);
  const goTo = async ({ file: at, line }: DraftPlace) => {
    if (at !== path) await choose(at);
    if (line) setPlace({ line });
  };
  return (
    <>
      {starting.isError && <Failed error={starting.error} />}
      {isBehind && <Conflict draft={draft} set={set} goOn={() => update(rebased(draft, version, files))} />}
      {isApplied && (
        <Alert color="green" variant="outline" role="status" title={words.applied} data-state="applied">
          {words.appliedDetail} <RouteLink to="/versions">{texts.pages.versions.title}</RouteLink>
        </Alert>
      )}
      <FileEditor
        {...{ path, paths, files, draft, place, update }}
        choose={(chosen) => void choose(chosen)}
        problems={problems}
      />
      {!rehearsing.isError && (
        <DraftCheck {...check} touched={Object.keys(draft.edits)} goTo={(one) => void goTo(one)} />
      )}
      <Yours
        {...{ draft, isKept }}
        discard={() => update(emptyDraft(version))}
        current={isBehind ? files : undefined}
      />
      <DraftTests files={drafted} goTo={(one) => void goTo(one)} />
      <section aria-label={words.rehearsal}>
        <Title order={2} size="h3" mb="xs">
          {words.rehearsal}
        </Title>
        <Stack>
          <Rehearse
            label={draft.plan ? words.rehearseAgain : words.rehearse}
            isDisabled={isEmpty(draft) || isBehind}
            isPending={rehearsing.isPending}
            start={rehearsing.mutate}
          />
          {rehearsing.isError && <Refused error={rehearsing.error} problems={refused} goTo={(one) => void goTo(one)} />}
          {!draft.plan && !rehearsing.isError && <Empty>{words.notRehearsed}</Empty>}
          {draft.plan && (
            <PlanRun key={draft.plan} id={draft.plan}>
              {(plan) => (
                <Group>
                  {!isBehind && (
                    <ApplyPlan
                      plan={plan}
                      files={filesOf(draft, files)}
                      settings={changedSettings(draft.edits[SETTINGS])}
                      expected={draft.base}
                      applied={() => {
                        change(emptyDraft(version));
                        setApplied(true);
                      }}
                    />
                  )}
                  <RouteLink to={`/plans/${plan.job.id}`}>{texts.pages.plans.open}</RouteLink>
                </Group>
              )}
            </PlanRun>
          )}
        </Stack>
      </section>
    </>
  );
}

/** Takes the first policy file that the address asks for into the change, unless the set has such a file already. */
function useStarter(paths: readonly string[], take: (path: string, text: string) => void) {
  const { starter, group } = useSearch({ strict: false }) as ListSearch;
  const query = useQuery({
    queryKey: ['policies', 'starter', starter, group],
    queryFn: () => showStarter(starter ?? '', group),
    enabled: starter !== undefined,
  });
  const found = starter === undefined ? undefined : query.data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a proposal is taken once, when it has come.
  useEffect(() => {
    if (found && !paths.includes(found.path)) take(found.path, found.text);
  }, [found]);
  return query;
}

/** Begins the plan of a draft, unless other policies were put in force meanwhile: then the page shows the conflict. */
function useRehearsal(draft: Draft, files: Files, begun: (job: string) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (days: number) => {
      const now = await queries.fetchQuery({ ...filesQuery, staleTime: 0 });
      if (isConflict(draft, now)) return undefined;
      const settings = changedSettings(draft.edits[SETTINGS]);
      return startPlan(filesOf(draft, files), settings, new Date(Date.now() - days * DAY_MS).toISOString());
    },
    onSuccess: (job) => job && begun(job.id),
  });
}

const NO_PROBLEMS: Problem[] = [];

const problemsOf = (error: Error | null): Problem[] =>
  (error instanceof ProblemError && error.problem.problems) || NO_PROBLEMS;

function Rehearse(props: { label: string; isDisabled: boolean; isPending: boolean; start: (days: number) => void }) {
  const { label, isDisabled, isPending, start } = props;
  const [days, setDays] = useState<number | string>(30);
  return (
    <Group align="end">
      <NumberInput label={words.days} min={1} max={3650} allowDecimal={false} value={days} onChange={setDays} />
      <Button disabled={isDisabled} loading={isPending} onClick={() => start(Number(days) || 30)}>
        {label}
      </Button>
    </Group>
  );
}

/** Why the set was refused, each problem with a way to its line. */
function Refused({ error, problems, goTo }: { error: Error; problems: Problem[]; goTo: (problem: Problem) => void }) {
  if (problems.length === 0) return <Failed error={error} />;
  return (
    <Alert color="red" variant="outline" role="alert" title={words.invalid} data-state="invalid">
      <Stack gap="sm">
        {problems.map((problem) => (
          <Group key={`${problem.file} ${problem.line} ${problem.message}`} gap="xs">
            <Button variant="default" size="compact-sm" onClick={() => goTo(problem)}>
              {problem.line ? words.at(problem.file, problem.line) : problem.file}
            </Button>
            <Text>{problem.message}</Text>
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}
