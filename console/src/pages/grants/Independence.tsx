// Why the signed-in person may not say yes, although somebody else asked: the server knows who vouches for whom.

import { Text } from '@mantine/core';
import type { Schemas } from '../../api/client.ts';
import { texts } from '../../texts/index.ts';

export function Independence({ of }: { of: Schemas['AnswerIndependence'] | null | undefined }) {
  if (!of || of.may) return null;
  return (
    <Text data-state="not-independent">
      {texts.pages.grants.notIndependent} {of.why_not}
    </Text>
  );
}
