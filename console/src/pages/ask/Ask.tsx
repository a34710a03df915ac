// Questions in SQL: the editor, the answer, the tables and the saved questions.

import { Alert, Button, Code, Group, List, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useOwnId } from '../../api/me.ts';
import { ProblemError } from '../../api/problem.ts';
import { CSV, csvOf } from '../../components/csv.ts';
import { DataTable } from '../../components/DataTable.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { save } from '../../components/save.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { type Answer, ask, tables as askTables } from './query.ts';
import { SavedQuestions } from './SavedQuestions.tsx';
import { spotOf } from './spot.ts';
import { Tables } from './Tables.tsx';

const words = texts.pages.ask;

/** More rows make a page slow; the file holds them all. */
const SHOWN_ROWS = 200;

const Editor = lazy(() => import('./Editor.tsx'));

export function Ask() {
  useTitle(words.title);
  const { q } = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const person = useOwnId();
  const [sql, setSql] = useState(q ?? words.first);
  const tables = useQuery({ queryKey: ['query', 'tables'], queryFn: askTables, staleTime: Number.POSITIVE_INFINITY });
  const running = useRef<AbortController>(null);
  const asking = useMutation({
    mutationFn: (question: string) => {
      running.current = new AbortController();
      return ask(question, running.current.signal);
    },
  });
  // Whoever leaves the page waits for no answer.
  useEffect(() => () => running.current?.abort(), []);
  // An address that is sent to somebody holds the question. It is not asked until they say so.
  useEffect(() => setSql((held) => q ?? held), [q]);
  const run = () => {
    if (asking.isPending || sql.trim() === '') return;
    void navigate({ to: '.', search: { q: sql } as ListSearch, replace: true });
    asking.mutate(sql);
  };
  const spot = useMemo(() => (asking.error ? spotOf(asking.error.message) : undefined), [asking.error]);
  if (tables.isError) {
    return (
      <Stack>
        <Title order={1}>{words.title}</Title>
        <Failed error={tables.error} again={() => void tables.refetch()} />
      </Stack>
    );
  }
  const known = tables.data?.items;
  return (
    <Stack>
      <div>
        <Title order={1}>{words.title}</Title>
        <Text c="dimmed">{words.lead}</Text>
      </div>
      <Suspense fallback={<Loading what={words.editor} />}>
        <Editor value={sql} change={setSql} run={run} tables={known ?? NO_TABLES} spot={spot} />
      </Suspense>
      <Group>
        <Button onClick={run} disabled={asking.isPending}>
          {words.run}
        </Button>
        {asking.isPending && (
          <>
            <Button variant="default" onClick={() => running.current?.abort()}>
              {words.stop}
            </Button>
            <Waiting />
          </>
        )}
        <Text size="sm" c="dimmed">
          {words.keys}
        </Text>
      </Group>
      {asking.isError && <NotAnswered error={asking.error} wasStopped={running.current?.signal.aborted ?? false} />}
      {asking.isSuccess && <Result answer={asking.data} />}
      {asking.isIdle && <Empty>{words.notYet}</Empty>}
      <SavedQuestions key={person} person={person} sql={sql} choose={setSql} />
      {tables.isPending && <Loading what={words.tables} />}
      {known && <Tables tables={known} insert={(name) => setSql((held) => `${held.trimEnd()} ${name}`)} />}
    </Stack>
  );
}

const NO_TABLES: never[] = [];

/** Says how long the server has been working on it. */
function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const ticking = setInterval(() => setSeconds((held) => held + 1), 1_000);
    return () => clearInterval(ticking);
  }, []);
  return <Text aria-busy="true">{words.running(seconds)}</Text>;
}

/** Says why there is no answer, and where in the question the fault lies. */
function NotAnswered({ error, wasStopped }: { error: Error; wasStopped: boolean }) {
  if (wasStopped) return <Text role="status">{words.stopped}</Text>;
  const spot = error instanceof ProblemError ? spotOf(error.message) : undefined;
  return (
    <div>
      {spot && <Text fw={600}>{words.at(spot.line, spot.column)}</Text>}
      <Failed error={error} />
    </div>
  );
}

function Result({ answer }: { answer: Answer }) {
  const rows = answer.rows as unknown[][];
  const columns = useMemo(
    () =>
      answer.columns.map(({ name, type }, at) => ({
        id: String(at),
        header: `${name} (${type})`,
        cell: ({ cells }: { cells: unknown[] }) => <Cell value={cells[at]} />,
      })),
    [answer],
  );
  const shown = useMemo(() => rows.slice(0, SHOWN_ROWS).map((cells, at) => ({ at, cells })), [rows]);
  const names = answer.columns.map(({ name }) => name);
  return (
    <section aria-label={words.result}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3">
          {words.result}
        </Title>
        <Group>
          <Text role="status">{words.rows(rows.length)}</Text>
          <Button variant="default" onClick={() => save('answer.csv', csvOf(names, rows), CSV)}>
            {words.csv}
          </Button>
        </Group>
      </Group>
      {answer.truncated && <Text>{words.truncated}</Text>}
      {answer.incomplete && answer.incomplete.length > 0 && (
        <Alert color="yellow" variant="outline" title={words.incomplete}>
          <List>
            {answer.incomplete.map((what) => (
              <List.Item key={what}>{what}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {rows.length > SHOWN_ROWS && <Text c="dimmed">{words.shownRows(SHOWN_ROWS)}</Text>}
      {rows.length === 0 ? (
        <Empty>{words.noRows}</Empty>
      ) : (
        <DataTable label={words.result} rows={shown} columns={columns} rowKey={({ at }) => String(at)} />
      )}
    </section>
  );
}

function Cell({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <Text c="dimmed">{texts.words.none}</Text>;
  if (typeof value === 'object') return <Code>{JSON.stringify(value)}</Code>;
  return String(value);
}
