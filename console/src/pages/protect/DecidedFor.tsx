// What the policies in force would decide about the request for one person. They know the application as it is declared.

import { Alert, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../api/client.ts';
import { ProblemError } from '../../api/problem.ts';
import { ReasonList } from '../../components/Named.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { Line } from './Fields.tsx';
import { reachOf } from './query.ts';

const words = texts.pages.protect;
/** How long nobody typed before the server is asked, in milliseconds. */
const PAUSE = 400;

/** A request, and what it would be. */
export interface MeantRequest {
  application: string;
  method: string;
  path: string;
  resource: string;
  action: Schemas['ReachableAction']['action'];
}

export function DecidedFor({ request }: { request: MeantRequest }) {
  const [typed, setTyped] = useState('');
  const [person] = useDebouncedValue(typed.trim(), PAUSE);
  const { application, method, path } = request;
  const query = useQuery({
    queryKey: ['reach', 'one', person, application, method, path],
    queryFn: () => reachOf({ person, application, operation: method, item: path }),
    enabled: person !== '',
  });
  const problem = query.error instanceof ProblemError ? query.error.problem : undefined;
  const isOfPerson = problem?.field === 'person';
  return (
    <Stack gap="sm">
      <Line
        label={words.decidedFor}
        about={words.decidedForAbout}
        value={typed}
        change={setTyped}
        error={isOfPerson ? problem?.detail : undefined}
      />
      {person !== '' && query.isPending && <Loading what={words.decidedFor} />}
      {query.isError && !isOfPerson && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isSuccess && <Decided request={request} reach={query.data} />}
    </Stack>
  );
}

function Decided({ request, reach }: { request: MeantRequest; reach: Schemas['WhatCan'] }) {
  const { resource, action } = request;
  const reachable = reach.items.find((item) => item.resource === resource);
  const answer = reachable?.actions.find((one) => one.action === action);
  return (
    <Alert variant="outline" role="status" title={words.decides(reach.name)} data-state="decided">
      {reachable && answer ? (
        <>
          <Text>{words.classes[answer.class]}</Text>
          {(answer.needs ?? []).map(({ need, text }) => (
            <Text key={need}>{words.need(text)}</Text>
          ))}
          {answer.permitted_by.length > 0 && (
            <Text>
              {words.permittedBy}: <ReasonList of={answer.permitted_by} />
            </Text>
          )}
          {answer.stopped_by.length > 0 && (
            <Text>
              {words.stoppedBy}: <ReasonList of={answer.stopped_by} />
            </Text>
          )}
          {reachable.observed && <Text>{words.onlyObserved}</Text>}
        </>
      ) : (
        <Text>{words.notDeclaredYet(resource)}</Text>
      )}
    </Alert>
  );
}
