// The files of the set in an editor: one is chosen and edited, removed, added, or as it was again.

import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import { Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { AddFile } from './AddFile.tsx';
import { type Draft, edited, reverted } from './draft.ts';
import { labelOf } from './label.ts';
import type { Files, Problem } from './query.ts';
import type { LinePlace } from './SourceEditor.tsx';

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
        {text !== null && (
          <Button variant="default" onClick={() => update(edited(draft, path, null, files))}>
            {words.remove}
          </Button>
        )}
        {edit && (
          <Button variant="default" onClick={() => update(reverted(draft, path))}>
            {words.revert}
          </Button>
        )}
      </Group>
      {text === null ? (
        <Text>{words.isRemoved}</Text>
      ) : (
        <Suspense fallback={<Loading what={path} />}>
          <SourceEditor key={path} path={path} value={text} change={type} faulty={faulty} place={place} />
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
