// What a request would be, by the parts and routes as they are typed. The server says it, with the routes of the gate.

import { Alert, Checkbox, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemError } from '../../api/problem.ts';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { DecidedFor } from './DecidedFor.tsx';
import { Line } from './Fields.tsx';
import classes from './Parts.module.css';
import { type MeaningQuestion, meaningOf } from './query.ts';
import { resourcesOf, type Typed } from './typed.ts';

const words = texts.pages.protect;
const applications = texts.pages.applications;
/** How long nobody typed before the server is asked, in milliseconds. */
const PAUSE = 400;

/** The request to look up, and the answer about it. */
export type Meaning = ReturnType<typeof useMeaning>;

/** Looks a request up whenever it, or the form, was not changed for a moment. */
export function useMeaning(typed: Typed) {
  const [request, setRequest] = useState({ method: 'GET', path: '', upgrade: false });
  const question: MeaningQuestion = {
    name: typed.name.trim(),
    ...request,
    method: request.method.trim(),
    path: request.path.trim(),
    parts: { ...(typed.sensitivity && { sensitivity: typed.sensitivity }), resources: resourcesOf(typed) },
  };
  // As a text, because two questions are the same if they say the same.
  const asked = JSON.stringify(question);
  const [settled] = useDebouncedValue(asked, PAUSE);
  const { name, path } = JSON.parse(settled) as MeaningQuestion;
  const query = useQuery({
    queryKey: ['meaning', settled],
    queryFn: () => meaningOf(JSON.parse(settled) as MeaningQuestion),
    enabled: name !== '' && path !== '',
    placeholderData: keepPreviousData,
  });
  const isCurrent = asked === settled && !query.isPlaceholderData && !query.isFetching;
  return {
    request,
    change: setRequest,
    query,
    isNamed: question.name !== '',
    isAsked: question.path !== '',
    isCurrent,
  };
}

/** The problem of a look-up, if it is about the form and not about the request that was typed. */
export const problemOfForm = ({ query: { error } }: Meaning) =>
  error instanceof ProblemError && !isOfRequest(error) ? error : undefined;

const isOfRequest = ({ problem: { field } }: ProblemError) => field === 'path' || field === 'method';

export function RequestMeaning({ of, isDeclared }: { of: Meaning; isDeclared: boolean }) {
  const { request, change, query, isNamed, isAsked, isCurrent } = of;
  // An error about a request that was changed since says nothing of the one that stands there.
  const problem = isCurrent && query.error instanceof ProblemError ? query.error.problem : undefined;
  const errorOf = (field: string) => (problem?.field === field ? problem.detail : undefined);
  return (
    <Stack gap="sm" data-look-up>
      <Text size="sm" c="dimmed">
        {words.meaningAbout}
      </Text>
      <div className={classes.columns}>
        <Line
          label={words.requestMethod}
          value={request.method}
          change={(method) => change({ ...request, method })}
          error={errorOf('method')}
        />
        <Line
          label={words.requestPath}
          placeholder="/admin/users"
          value={request.path}
          change={(path) => change({ ...request, path })}
          error={errorOf('path')}
        />
      </div>
      <Checkbox
        label={words.requestUpgrade}
        checked={request.upgrade}
        onChange={(event) => change({ ...request, upgrade: event.currentTarget.checked })}
      />
      {isAsked && <Answer of={of} isNamed={isNamed} />}
      {isAsked && isDeclared && !query.isError && query.data && (
        <DecidedFor
          request={{ ...query.data, application: query.data.resource.split('/')[0] ?? '', method: request.method }}
        />
      )}
    </Stack>
  );
}

function Answer({ of: { query, request, isCurrent }, isNamed }: { of: Meaning; isNamed: boolean }) {
  if (!isNamed) return <Text size="sm">{words.nameFirst}</Text>;
  if (query.error instanceof ProblemError) {
    return isOfRequest(query.error) ? null : <Text size="sm">{words.mendFirst(query.error.problem.detail)}</Text>;
  }
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return null;
  const { path, resource, action, sensitivity, labelled } = query.data;
  const label = labelled ? applications.sensitivities[sensitivity] : applications.unlabelled;
  return (
    <Alert
      variant="outline"
      role="status"
      aria-busy={!isCurrent}
      title={words.wouldBe}
      data-state={isCurrent ? 'meaning' : 'asking'}
    >
      {words.meaning(request.method, path, texts.pages.decisions.actions[action], resource, label)}
    </Alert>
  );
}
