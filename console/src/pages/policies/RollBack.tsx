// Puts an earlier version in force again. The server says first what that changes; the person confirms what they read.

import { Alert, List, Stack, Text } from '@mantine/core';
import { useRef } from 'react';
import { ADMINISTERS } from '../../api/me.ts';
import { FormAction } from '../../components/FormAction.tsx';
import { texts } from '../../texts/index.ts';
import { type Published, previewRollback, rollBack, type Version } from './query.ts';
import { shortVersion } from './select.ts';

const words = texts.pages.versions;

export function RollBack({ to: { version } }: { to: Version }) {
  // The guardrails that the shown preview removes. The server refuses to remove any other.
  const removes = useRef<string[]>([]);
  return (
    <FormAction
      label={words.rollBack}
      need={ADMINISTERS}
      fields={[{ name: 'why', label: words.reason }]}
      preview={async ({ why = '' }) => {
        const preview = await previewRollback(version, why);
        removes.current = guardrailsOf(preview);
        return <Preview version={version} of={preview} />;
      }}
      act={({ why = '' }) => rollBack(version, why, removes.current)}
    />
  );
}

/** Returns the guardrails among the policies that are no longer enforced: the server wants these named. */
function guardrailsOf({ removed = [] }: Published): string[] {
  return removed.filter(({ kind }) => kind === 'guardrail').map(({ id }) => id);
}

function Preview({
  version,
  of: { changed, removed = [], notes = [], rollouts = [] },
}: {
  version: string;
  of: Published;
}) {
  return (
    <Stack gap="sm">
      <Text>{changed.length === 0 ? words.nothing : words.comes(shortVersion(version))}</Text>
      <List>
        {changed.map(({ path, change }) => (
          <List.Item key={path}>
            {words.changes[change]}: {path}
          </List.Item>
        ))}
      </List>
      {removed.length > 0 && (
        <Alert color="red" variant="outline">
          {words.removes(removed.map(({ id }) => id).join(', '))}
        </Alert>
      )}
      {[...rollouts, ...notes].map((note) => (
        <Text key={note}>{note}</Text>
      ))}
    </Stack>
  );
}
