// One rollout: its stages, what was predicted for each and what happened, and the way to halt it.

import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { shownSpan } from '../../components/moments.ts';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { advanceRollout, haltRollout, type Rollout, showRollout } from './query.ts';
import { Series } from './Series.tsx';
import { StageTable } from './StageTable.tsx';

const words = texts.pages.rollouts;
/** A rollout goes on by itself; the page asks again while it runs. */
const PACE_MS = 5_000;

export function RolloutDetail() {
  const { rollout: id = '' } = useParams({ strict: false }) as { rollout?: string };
  const query = useQuery({
    queryKey: ['rollouts', 'one', id],
    queryFn: () => showRollout(id),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? PACE_MS : false),
  });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ policy }) => words.titleOf(policy)}
      facts={(rollout) => [
        [
          words.policy,
          <RouteLink key="policy" to={`/policies/${rollout.policy}`}>
            {rollout.policy}
          </RouteLink>,
        ],
        [words.state, words.states[rollout.state]],
        [words.percent, words.percentOf(rollout.percent)],
        [words.due, rollout.due_at ? <Moment key="due" at={rollout.due_at} /> : undefined],
        [words.newlyDenied, words.turned(rollout.newly_denied.people, rollout.newly_denied.accesses)],
        [words.newlyAllowed, words.turned(rollout.newly_allowed.people, rollout.newly_allowed.accesses)],
        [words.haltIf, rollout.halt_if],
        [words.because, rollout.halted_because ?? undefined],
        [words.example, rollout.example ? <Example key="example" id={rollout.example} /> : undefined],
        [words.watch, shownSpan(rollout.watch_seconds)],
        [words.why, rollout.why ?? undefined],
        [words.next, rollout.next],
        [words.rehearsal, rollout.rehearsal ?? undefined],
        [texts.pages.people.id, rollout.id],
      ]}
      actions={(rollout) => <Actions rollout={rollout} />}
    >
      {(rollout) => (
        <>
          <WhatChangingNeeds need={ADMINISTERS} />
          <Stages of={rollout} at={query.dataUpdatedAt} />
          <Moves of={rollout.moves} />
        </>
      )}
    </DetailPage>
  );
}

function Example({ id }: { id: string }) {
  return <RouteLink to={`/decisions/${id}`}>{id}</RouteLink>;
}

function Actions({ rollout: { id, policy, state } }: { rollout: Rollout }) {
  if (state !== 'running' && state !== 'finished') return null;
  return (
    <>
      {state === 'running' && (
        <ActionButton
          label={words.advance}
          preview={words.advanceConfirm(policy)}
          need={ADMINISTERS}
          act={() => advanceRollout(id)}
        />
      )}
      <ActionButton
        label={words.halt}
        preview={words.haltConfirm(policy)}
        need={ADMINISTERS}
        reason={words.reason}
        act={(reason) => haltRollout(id, reason)}
        danger
      />
    </>
  );
}

function Stages({ of, at }: { of: Rollout; at: number }) {
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {words.stages}
      </Title>
      <Text fw={600}>{words.actualNote(of.percent, of.newly_denied.people)}</Text>
      <StageTable of={of} />
      <Title order={3} size="h4" my="xs">
        {words.series}
      </Title>
      <Series of={of} at={at} />
    </section>
  );
}

const moveColumns: Column<Rollout['moves'][number]>[] = [
  { id: 'at', header: words.at, cell: ({ at }) => <Moment at={at} /> },
  { id: 'percent', header: words.percent, cell: ({ percent }) => words.percentOf(percent) },
  { id: 'by', header: words.by, cell: ({ by, by_name }) => <Named id={by} name={by_name} isShort /> },
];

function Moves({ of }: { of: Rollout['moves'] }) {
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {words.moves}
      </Title>
      <DataTable label={words.moves} rows={of} columns={moveColumns} rowKey={({ at, percent }) => `${at} ${percent}`} />
    </section>
  );
}
