// Starts a staged rollout of a policy that is on trial. The server says first whom each stage reaches; the sample that it
// shows is the one that is started.

import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { ADMINISTERS } from '../../api/me.ts';
import { FormAction, Sentences } from '../../components/FormAction.tsx';
import { texts } from '../../texts/index.ts';
import { setQuery } from '../policies/query.ts';
import { type Rollout, startRollout } from './query.ts';
import { StageTable } from './StageTable.tsx';
import { percentsOf, watchOf } from './stages.ts';

const words = texts.pages.rollouts;

export function StartRollout(props: {
  /** The finished plan or shadow report that the person read. */
  rehearsal: { id: string; isKnown: boolean; deniedPeople: number };
}) {
  const { rehearsal } = props;
  const navigate = useNavigate();
  const set = useQuery(setQuery);
  // The sample follows from the id: what was shown is what is started.
  const shown = useRef<string>(undefined);
  const onTrial = (set.data?.policies ?? []).filter(({ stage, rolled_out }) => stage === 'shadow' && !rolled_out);
  if (onTrial.length === 0) return null;
  const asked = (entered: Record<string, string>) => ({
    policy: entered.policy ?? '',
    percents: percentsOf(entered.percents ?? ''),
    watch_seconds: watchOf(entered.watch ?? ''),
    halt_if: entered.halt_if || undefined,
    why: entered.why,
    rehearsal: rehearsal.id,
    accept_unknown: entered.accept || undefined,
  });
  return (
    <FormAction
      label={words.start}
      need={ADMINISTERS}
      fields={[
        { name: 'policy', label: words.policy, about: words.policyAbout, options: onTrial.map(({ id }) => id) },
        { name: 'percents', label: words.percents, about: words.percentsAbout, initial: '5, 25, 100' },
        { name: 'watch', label: words.watchMinutes, number: [1, 92 * 24 * 60], initial: '60' },
        {
          name: 'halt_if',
          label: words.haltIf,
          about: words.haltIfAbout(rehearsal.deniedPeople),
          optional: true,
        },
        { name: 'why', label: words.reason },
        ...(rehearsal.isKnown
          ? []
          : [
              { name: 'accept', label: texts.pages.change.acceptUnknown, about: texts.pages.change.acceptUnknownAbout },
            ]),
      ]}
      preview={async (entered) => {
        const preview = await startRollout({ ...asked(entered), dry_run: true });
        shown.current = preview.id;
        return <Preview of={preview} />;
      }}
      act={async (entered) => {
        const { id } = await startRollout({ ...asked(entered), id: shown.current });
        await navigate({ to: `/rollouts/${id}` as never });
      }}
    />
  );
}

function Preview({ of }: { of: Rollout }) {
  return (
    <Stack gap="sm">
      <Sentences of={[words.startConfirm(of.policy, of.percents[0] ?? 0), words.haltsIf(of.halt_if)]} />
      <Text>{words.sample}</Text>
      <StageTable of={of} />
    </Stack>
  );
}
