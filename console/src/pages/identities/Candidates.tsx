// The identities that an account may belong to, each with what speaks for it and against it, side by side.

import { Group, Stack, Text } from '@mantine/core';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { LinkAccount, SeparateAccount } from './Decide.tsx';
import { points } from './points.ts';
import { type Account, placeOf, type RuleEvidence } from './query.ts';

const words = texts.pages.identities;

export function Candidates({ account }: { account: Account }) {
  if (account.candidates.length === 0) return <>{texts.words.none}</>;
  return (
    <Stack gap="md">
      {account.candidates.map((candidate) => (
        <div key={`${candidate.source} ${candidate.key}`}>
          <Group gap="xs">
            <RouteLink to="/identities/one" search={placeOf(candidate)}>
              {candidate.name}
            </RouteLink>
            <Text size="sm">{words.points(points(candidate.total))}</Text>
            <Text size="sm" c="dimmed">
              {candidate.source} {candidate.key}
            </Text>
          </Group>
          <Evidence of={candidate.evidence} />
          <Group gap="xs" mt="xs">
            <LinkAccount account={account} candidate={candidate} />
            <SeparateAccount account={account} from={candidate} name={candidate.name} />
          </Group>
        </div>
      ))}
    </Stack>
  );
}

export function Evidence({ of }: { of: RuleEvidence[] }) {
  return of.map(({ rule, points: found, compared }) => (
    <Text key={rule} size="sm">
      {points(found)} {rule}
      {compared.length > 0 &&
        `: ${compared.map((pair) => words.compared(pair.comparison.replaceAll('_', ' '), pair.account, pair.identity)).join('; ')}`}
    </Text>
  ));
}
