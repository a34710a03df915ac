// What the person changed so far, and the way to give it up.

import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { ChangeView } from './ChangeView.tsx';
import type { Draft } from './draft.ts';
import { labelOf } from './label.ts';
import type { Files } from './query.ts';

const words = texts.pages.change;

/** What the person changed so far, compared with what they began from, or with what is in force if that is another set. */
export function Yours(props: { draft: Draft; isKept: boolean; current: Files | undefined; discard: () => void }) {
  const { draft, isKept, current, discard } = props;
  const edits = Object.entries(draft.edits);
  return (
    <section aria-label={words.yours}>
      <Title order={2} size="h3" mb="xs">
        {words.yours}
      </Title>
      {edits.length === 0 ? (
        <Empty>{words.none}</Empty>
      ) : (
        <Stack>
          <Text size="sm" c="dimmed">
            {isKept ? words.kept : words.notKept}
          </Text>
          {edits.map(([path, { from, to }]) => (
            <div key={path}>
              <Text fw={600}>{labelOf(path, draft)}</Text>
              <ChangeView path={path} edit={{ from: current ? (current[path] ?? null) : from, to }} />
            </div>
          ))}
          <Group>
            <DiscardButton discard={discard} />
          </Group>
        </Stack>
      )}
    </section>
  );
}

function DiscardButton({ discard }: { discard: () => void }) {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <Button variant="default" onClick={() => setAsked(true)}>
        {words.discard}
      </Button>
    );
  }
  return (
    <Alert color="red" variant="outline" title={words.discard} role="alert">
      <Stack gap="sm">
        <Text>{words.discardConfirm}</Text>
        <Group>
          <Button variant="default" onClick={() => setAsked(false)}>
            {texts.action.cancel}
          </Button>
          <Button color="red.9" onClick={discard}>
            {words.discard}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
