// The pattern of every action: what will happen is shown first, the person confirms, and what came of it is said.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Need, usePermission } from '../api/me.ts';
import { texts } from '../texts/index.ts';
import { DANGER } from './colours.ts';
import { Dialogue } from './Dialogue.tsx';
import { shownMoment } from './moments.ts';
import { Failed } from './states.tsx';

interface Action {
  label: string;
  /** What will happen, in words. */
  preview: string;
  need: Need;
  /** Carries it out. `reason` is what the person typed, if a reason is asked for. */
  act: (reason: string) => Promise<unknown>;
  /** The label of the field for a reason. Without one, no reason is asked for. */
  reason?: string;
  danger?: boolean;
}

export function ActionButton(action: Action) {
  const { label, need, danger } = action;
  const permission = usePermission(need);
  const [dialogue, setDialogue] = useState<'never opened' | 'open' | 'closed'>('never opened');
  if (!permission.allowed) return null;
  return (
    <>
      <Button variant="default" c={danger ? DANGER : undefined} onClick={() => setDialogue('open')}>
        {label}
      </Button>
      {dialogue !== 'never opened' && (
        <ActionDialogue {...action} opened={dialogue === 'open'} close={() => setDialogue('closed')} />
      )}
    </>
  );
}

function ActionDialogue(props: Action & { opened: boolean; close: () => void }) {
  const { label, preview, act, reason, danger, opened, close } = props;
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const acting = useMutation({
    mutationFn: () => act(text.trim()),
    onSuccess: () => {
      close();
      setText('');
      notifications.show({
        title: label,
        message: texts.action.done(shownMoment(new Date().toISOString()).local),
        color: 'green',
      });
      return queries.invalidateQueries();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    acting.mutate();
  };
  return (
    <Dialogue opened={opened} onClose={close} title={label}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{preview}</Text>
          {reason && (
            <TextInput
              label={reason}
              required
              maxLength={2000}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
          )}
          {acting.isError && <Failed error={acting.error} />}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              {texts.action.cancel}
            </Button>
            <Button type="submit" color={danger ? 'red.9' : undefined} loading={acting.isPending}>
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialogue>
  );
}

/** Says what it would take to change something here. Shows nothing to whoever can. */
export function WhatChangingNeeds({ need }: { need: Need }) {
  const { allowed, remedies } = usePermission(need);
  if (allowed || remedies.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" data-state="needs">
      {texts.action.needs} {remedies.map(({ text }) => text).join(' ')}
    </Text>
  );
}
