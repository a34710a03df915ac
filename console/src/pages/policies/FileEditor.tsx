// The files of the set in an editor: one is chosen and edited, removed, added, or as it was again.

import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import { ProblemError } from '../../api/problem.ts';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { AddFile } from './AddFile.tsx';
import { type Draft, edited, reverted } from './draft.ts';
import { labelOf } from './label.ts';
import { type Files, formatText, type Problem, vocabularyQuery } from './query.ts';
import type { LinePlace } from './SourceEditor.tsx';
import { SETTINGS } from './settings.ts';

const words = texts.pages.change;

const SourceEditor = lazy(() => import('./SourceEditor.tsx'));

export function FileEditor(props: {
  path: string;
  paths: string[];
  files: Files;
  draft: Draft;
  problems: Problem[];
  place: LinePlace | undefined;
  choose: (path: string) => void;
  update: (draft: Draft) => void;
}) {
  const { path, paths, files, draft, problems, place, choose, update } = props;
  const edit = draft.edits[path];
  const text = edit ? edit.to : (files[path] ?? null);
  const faulty = useMemo(
    () => problems.flatMap(({ file, line }) => (file === path && line ? [line] : [])),
    [problems, path],
  );
  const type = useCallback((to: string) => update(edited(draft, path, to, files)), [draft, path, files, update]);
  const vocabulary = useQuery(vocabularyQuery).data;
  const formatting = useMutation({
    mutationFn: ({ path, text }: { path: string; text: string }) => formatText(path, text),
    // What was typed while the server formatted stays.
    onSuccess: (pretty, asked) => asked.text === text && asked.path === path && type(pretty),
  });
  return (
    <Stack>
      <Group align="end">
        <Select
          label={words.file}
          data={paths.map((value) => ({ value, label: labelOf(value, draft) }))}
          value={path}
          onChange={(chosen) => chosen && choose(chosen)}
          allowDeselect={false}
          searchable
          w={320}
          maw="100%"
        />
        {text !== null && path !== SETTINGS && (
          <Button variant="default" onClick={() => update(edited(draft, path, null, files))}>
            {words.remove}
          </Button>
        )}
        {text !== null && isPolicy(path) && (
          <Button variant="default" loading={formatting.isPending} onClick={() => formatting.mutate({ path, text })}>
            {words.format}
          </Button>
        )}
        {edit && (
          <Button variant="default" onClick={() => update(reverted(draft, path))}>
            {words.revert}
          </Button>
        )}
      </Group>
      {formatting.isError && formatting.variables.text === text && <CannotFormat error={formatting.error} />}
      {text === null ? (
        <Text>{words.isRemoved}</Text>
      ) : (
        <Suspense fallback={<Loading what={path} />}>
          <SourceEditor
            key={path}
            {...{ path, faulty, place }}
            value={text}
            change={type}
            vocabulary={isPolicy(path) ? vocabulary : undefined}
          />
          {path === SETTINGS && <Text size="sm">{words.settingsAbout}</Text>}
          <Text size="sm" c="dimmed">
            {words.keys}
          </Text>
        </Suspense>
      )}
      <AddFile
        taken={paths}
        add={(added) => {
          update(edited(draft, added, '\n', files));
          choose(added);
        }}
      />
    </Stack>
  );
}

const isPolicy = (path: string): boolean => path.endsWith('.cedar');

/** Why the server does not format a file: it is invalid, and each problem says so in the server's words. */
function CannotFormat({ error }: { error: Error }) {
  const problems = (error instanceof ProblemError && error.problem.problems) || [];
  if (problems.length === 0) return <Failed error={error} />;
  return (
    <Alert color="red" variant="outline" role="alert" title={words.cannotFormat} data-state="not-formatted">
      {problems.map(({ file, line, message }) => (
        <Text key={`${line} ${message}`}>
          {line ? words.at(file, line) : file}: {message}
        </Text>
      ))}
    </Alert>
  );
}
