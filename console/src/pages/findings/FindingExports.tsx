// Findings as a file: a table, events, or a change set for one source. And by which settings they were found.

import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListSearch } from '../../components/list-search.ts';
import { save } from '../../components/save.ts';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import classes from './FindingExports.module.css';
import { exportFindings, type Format, showSettings } from './query.ts';

const words = texts.pages.findings;
const MEDIA: Record<Format, string> = { csv: 'text/csv', ocsf: 'application/x-ndjson', changes: 'text/plain' };

export function FindingExports({ search }: { search: ListSearch }) {
  const [shown, setShown] = useState(false);
  const exporting = useMutation({
    mutationFn: (format: Format) => exportFindings(format, search),
    onSuccess: ({ file_name: name, format, text }) => save(name, text, MEDIA[format]),
  });
  const button = (format: Format, label: string, disabled = false) => (
    <Button
      variant="default"
      disabled={disabled}
      loading={exporting.isPending && exporting.variables === format}
      onClick={() => exporting.mutate(format)}
    >
      {label}
    </Button>
  );
  return (
    <Stack gap="xs">
      <Group>
        {button('csv', words.exportCsv)}
        {button('ocsf', words.exportOcsf)}
        {button('changes', words.exportChanges, !search.source)}
        <Button variant="default" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {words.settings}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {words.exportAbout}
      </Text>
      {exporting.isError && <Failed error={exporting.error} />}
      {exporting.isSuccess && (
        <Text role="status">
          {words.exported(exporting.data.findings, exporting.data.unwritten ?? 0)}
          {exporting.data.is_cut && ` ${words.exportCut}`}
        </Text>
      )}
      {shown && <SettingsInForce />}
    </Stack>
  );
}

function SettingsInForce() {
  const query = useQuery({ queryKey: ['finding-settings'], queryFn: showSettings });
  if (query.isPending) return <Loading what={words.settings} />;
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  const { declared, problem, text } = query.data;
  return (
    <section aria-label={words.settings}>
      <Text size="sm">{declared ? words.settingsOwn : words.settingsShipped}</Text>
      {problem && <Text role="alert">{words.settingsWrong(problem)}</Text>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled by keyboard too. */}
      <pre className={classes.settings} tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
