// Says that another person put other policies in force meanwhile, and lets the person go on with what they typed.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { texts } from '../../texts/index.ts';
import { type Changeable, changedByOthers, type Draft } from './draft.ts';
import { latestVersion } from './query.ts';
import { shortVersion } from './select.ts';

const words = texts.pages.change;

export function Conflict({ draft, set, goOn }: { draft: Draft; set: Changeable; goOn: () => void }) {
  const latest = useQuery({ queryKey: ['policies', 'latest', set.version], queryFn: latestVersion }).data;
  const both = changedByOthers(draft, set.files);
  const place = useRef<HTMLDivElement>(null);
  // It shows while the person looks elsewhere on the page, perhaps in the dialogue that applies.
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <Alert ref={place} color="red" variant="outline" role="alert" title={words.conflict} data-state="conflict">
      <Stack gap="sm">
        {latest && draft.base !== set.version && (
          <Text>
            {words.conflictDetail(
              shortVersion(latest.version),
              latest.by_name ?? latest.by,
              latest.why ?? texts.words.none,
            )}
          </Text>
        )}
        <Text>{both.length > 0 ? words.conflictBoth(both.join(', ')) : words.conflictNone}</Text>
        <Group>
          <Button variant="default" onClick={goOn}>
            {words.goOn}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
