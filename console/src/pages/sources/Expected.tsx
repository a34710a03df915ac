// How often a source is to be imported, and whether it is overdue.

import { Badge, Group } from '@mantine/core';
import { DANGER } from '../../components/colours.ts';
import { shownSpan } from '../../components/moments.ts';
import { texts } from '../../texts/index.ts';
import type { Source } from './query.ts';

const words = texts.pages.sources;

export function Expected({ of: source }: { of: Source }) {
  if (!source.expected_every_seconds) return texts.words.none;
  return (
    <Group gap="xs">
      {words.expectedEvery(shownSpan(source.expected_every_seconds))}
      {source.overdue && (
        <Badge color="red" c={DANGER} variant="outline" miw="max-content">
          {words.overdue}
        </Badge>
      )}
    </Group>
  );
}
