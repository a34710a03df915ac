// What the server finds in a change while it is typed: problems, warnings, and what the lint says.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { type Draft, filesOf } from './draft.ts';
import { checkDraft, type DraftFinding, type Files, type PolicyCheck } from './query.ts';
import { SETTINGS } from './settings.ts';

const words = texts.pages.change;
/** How long nobody types before the server is asked. */
const PAUSE_MS = 600;

/** Has the server check the set with this change, after each pause. */
export function useDraftCheck(edits: Draft['edits'], files: Files) {
  const [settled] = useDebouncedValue(edits, PAUSE_MS);
  const checked = useMemo(() => filesOf({ edits: settled }, files), [settled, files]);
  const query = useQuery({
    queryKey: ['policies', 'check', checked],
    queryFn: () => checkDraft(checked),
    enabled: hasPolicies(settled),
    gcTime: 0,
  });
  // What was found in an earlier text says nothing about the lines of this one.
  const isOfThis = settled === edits && hasPolicies(edits);
  return { found: isOfThis ? query.data : undefined, error: isOfThis ? query.error : null };
}

/** The server checks policies here; settings are checked when the change is rehearsed. */
const hasPolicies = (edits: Draft['edits']): boolean => Object.keys(edits).some((path) => path !== SETTINGS);

export function DraftCheck(props: {
  found: PolicyCheck | undefined;
  error: Error | null;
  /** The files that the change touches; findings of others are not the change's. */
  touched: readonly string[];
  goTo: (place: DraftFinding) => void;
}) {
  const { found, error, touched, goTo } = props;
  if (error) return <Failed error={error} />;
  if (!found) return null;
  const { problems, warnings, findings } = found;
  const shown: DraftFinding[] = [
    ...problems.map((one) => ({ ...one, kind: words.problem })),
    ...warnings.map((one) => ({ ...one, kind: words.warning })),
    ...findings.map((one) => ({
      ...one,
      kind: texts.pages.policies.severities[one.severity],
      message: `${one.message}. ${one.remedy}.`,
    })),
  ].filter(({ kind, file }) => kind === words.problem || touched.includes(file));
  if (shown.length === 0) {
    return (
      <Text role="status" size="sm" data-state="checked">
        {words.nothingFound}
      </Text>
    );
  }
  return (
    <Alert
      color={problems.length > 0 ? 'red' : 'yellow'}
      variant="outline"
      role="status"
      title={problems.length > 0 ? words.wouldRefuse : words.finds}
      data-state="found"
    >
      <Stack gap="sm">
        {shown.map((one) => (
          <Group key={`${one.kind} ${one.file} ${one.line} ${one.message}`} gap="xs">
            <Button variant="default" size="compact-sm" onClick={() => goTo(one)}>
              {one.line ? words.at(one.file, one.line) : one.file}
            </Button>
            <Text>
              {one.kind}: {one.message}
            </Text>
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}
