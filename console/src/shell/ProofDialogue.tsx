// The dialogue that asks for a passkey in the middle of something: to sign in again, or to prove again.

import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Me, meQuery } from '../api/me.ts';
import { type AskedProof, usePasskey as takePasskey, useAskedProof } from '../api/proof.ts';
import { texts } from '../texts/index.ts';

export function ProofDialogue() {
  const asked = useAskedProof();
  return asked ? <Asking key={asked.kind} asked={asked} /> : null;
}

function Asking({ asked }: { asked: AskedProof }) {
  const queries = useQueryClient();
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState<string>();
  const words = texts.proof[asked.kind];
  const prove = async () => {
    setWaiting(true);
    setProblem(undefined);
    try {
      await takePasskey(asked.kind);
      if (await isSomebodyElse(queries.getQueryData<Me>(meQuery.queryKey))) {
        // What is on the page belongs to another person.
        window.location.reload();
        return;
      }
      asked.settle(true);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setWaiting(false);
    }
  };
  return (
    <Modal opened onClose={() => asked.settle(false)} title={words.title} centered zIndex={1000}>
      <Stack>
        <Text>{words.detail}</Text>
        {problem && (
          <Alert color="red" variant="outline" role="alert">
            {problem}
          </Alert>
        )}
        <Group justify="end">
          <Button variant="default" onClick={() => asked.settle(false)}>
            {texts.proof.cancel}
          </Button>
          <Button onClick={prove} loading={waiting} data-autofocus>
            {words.button}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

async function isSomebodyElse(before: Me | undefined): Promise<boolean> {
  if (!before) return false;
  const answer = await fetch('/api/v1/me');
  if (!answer.ok) return false;
  return ((await answer.json()) as Me).id !== before.id;
}
