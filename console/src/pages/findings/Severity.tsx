// How bad a finding is.

import { Badge } from '@mantine/core';
import { DANGER } from '../../components/colours.ts';
import { texts } from '../../texts/index.ts';
import type { Level } from './query.ts';

export function Severity({ of }: { of: Level }) {
  const word = texts.pages.findings.severities[of];
  if (of !== 'critical' && of !== 'high') return <>{word}</>;
  return (
    <Badge color="red" c={DANGER} variant="outline" miw="max-content">
      {word}
    </Badge>
  );
}
