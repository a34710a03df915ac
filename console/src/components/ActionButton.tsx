// The pattern of every action: what will happen is shown first, the person confirms, and what came of it is said.

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Need, usePermission } from '../api/me.ts';
import { texts } from '../texts/index.ts';
import { DANGER } from './colours.ts';
import { shownMoment } from './moments.ts';
import { Failed } from './states.tsx';

export function ActionButton(props: {
  label: string;
  /** What will happen, in words. */
  preview: string;
  need: Need;
  /** Carries it out. `reason` is what the person typed, if a reason is asked for. */
  act: (reason: string) => Promise<unknown>;
  /** The label of the field for a reason. Without one, no reason is asked for. */
  reason?: string;
  danger?: boolean;
}) {
  const { label, preview, need, act, reason, danger } = props;
  const permission = usePermission(need);
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
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
  if (!permission.allowed) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    acting.mutate();
  };
  return (
    <>
      <Button variant="default" c={danger ? DANGER : undefined} onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={label} centered>
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
      </Modal>
    </>
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
