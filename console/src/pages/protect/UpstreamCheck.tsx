// What the server found at an upstream.

import { Alert, Stack, Text } from '@mantine/core';
import { texts } from '../../texts/index.ts';
import type { UpstreamCheck } from './query.ts';

const words = texts.pages.protect;

export function CheckResult({ of }: { of: UpstreamCheck }) {
  const { upstream, answers, message, remedy, address } = of;
  return (
    <Alert
      color={answers ? 'green' : 'yellow'}
      variant="outline"
      role="status"
      title={answers ? words.answers : words.silent}
      data-state={answers ? 'answers' : 'no-answer'}
    >
      <Stack gap="xs">
        <Text>{words.found(upstream, message)}</Text>
        {remedy && <Text>{words.whatToDo(remedy)}</Text>}
        {address && (
          <Text size="sm" c="dimmed">
            {words.tried(address)}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
