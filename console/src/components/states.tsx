// The states that every page shares: loading, empty, refused, failed, not found.

import { Alert, Anchor, Button, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { opensWithPasskey, ProblemError, type Remedy } from '../api/problem.ts';
import { proveAgain } from '../api/proof.ts';
import { texts } from '../texts/index.ts';

/** Says what is waited for. */
export function Loading({ what }: { what: string }) {
  return (
    <Stack gap="xs" role="status" aria-busy="true">
      <Text c="dimmed">{texts.states.loading(what)}</Text>
      <Skeleton height={28} />
      <Skeleton height={28} />
      <Skeleton height={28} width="70%" />
    </Stack>
  );
}

/** Says that there is nothing, and perhaps what to do about it. */
export function Empty({ children = texts.states.empty }: { children?: ReactNode }) {
  return (
    <Text c="dimmed" data-state="empty">
      {children}
    </Text>
  );
}

/** Says what is closed, why, and what would open it. */
export function NoPermission(props: {
  /** What the server said, where no policy refused: then nothing else says why. */
  detail?: string;
  reasons: readonly string[];
  remedies: readonly Remedy[];
  decision?: string | null;
  onProved?: () => void;
}) {
  const { detail, reasons, remedies, decision, onProved } = props;
  const prove = async () => {
    if (await proveAgain()) onProved?.();
  };
  return (
    <Alert color="yellow" variant="outline" title={texts.states.denied} data-state="no-permission">
      <Stack gap="sm">
        {detail && reasons.length === 0 && <Text>{detail}</Text>}
        {reasons.length > 0 && <Sentences title={texts.states.deniedBecause} of={reasons} />}
        {remedies.length > 0 && <Sentences title={texts.states.opens} of={remedies.map(({ text }) => text)} />}
        <Group>
          {onProved && opensWithPasskey(remedies) && <Button onClick={prove}>{texts.states.prove}</Button>}
          {remedies.some(({ remedy }) => remedy === 'request-a-grant') && (
            <Anchor href="/grants/request?application=countersign">{texts.states.requestGrant}</Anchor>
          )}
        </Group>
        {decision && (
          <Text size="sm" c="dimmed">
            {texts.states.decision} {decision}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

function Sentences({ title, of }: { title: string; of: readonly string[] }) {
  return (
    <div>
      <Text fw={600}>{title}</Text>
      <List>
        {of.map((text) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
    </div>
  );
}

/** Shows an error of any kind: what is closed as such, everything else with a way to try again. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  if (error instanceof ProblemError && error.status === 403) {
    const { detail, remedy, reasons = [], remedies = [], decision } = error.problem;
    return (
      <NoPermission
        detail={[detail, remedy].filter(Boolean).join('. ')}
        reasons={reasons.map(({ text }) => text)}
        remedies={remedies}
        decision={decision}
        onProved={again}
      />
    );
  }
  const problem = error instanceof ProblemError ? error.problem : undefined;
  if (problem?.proposal) return <Proposed id={problem.proposal} detail={problem.detail} />;
  return (
    <Alert color="red" variant="outline" title={problem?.title ?? texts.states.failed} role="alert" data-state="failed">
      <Stack gap="sm">
        <Text>{error instanceof Error ? error.message : String(error)}</Text>
        {problem?.remedy && <Text>{problem.remedy}</Text>}
        {again && (
          <Group>
            <Button variant="default" onClick={again}>
              {texts.states.again}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

/** Says that a command waits for a second person, and where it stands. Nothing has changed yet. */
function Proposed({ id, detail }: { id: string; detail: string }) {
  return (
    <Alert color="yellow" variant="outline" title={texts.states.proposed} role="alert" data-state="proposed">
      <Stack gap="sm">
        <Text>{detail}</Text>
        <Link to={`/proposals/${id}` as never}>{texts.states.openProposal}</Link>
      </Stack>
    </Alert>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Stack>
      <Title order={1}>{texts.states.notFound}</Title>
      <Text>{texts.states.notFoundDetail}</Text>
      <Link to="/">{texts.states.home}</Link>
    </Stack>
  );
}

/** A page whose code failed, or could not be loaded because the console was updated meanwhile. */
export function Crashed({ error }: { error: unknown }) {
  return (
    <Alert color="red" variant="outline" title={texts.states.crashed} role="alert">
      <Stack gap="sm">
        <Text>{texts.states.crashedDetail}</Text>
        <Text size="sm" c="dimmed">
          {error instanceof Error ? error.message : String(error)}
        </Text>
        <Group>
          <Button onClick={() => window.location.reload()}>{texts.states.reload}</Button>
        </Group>
      </Stack>
    </Alert>
  );
}
