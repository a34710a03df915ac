// The verification of the evidence. It is a long run of the server: begun here, and watched until it has ended.

import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { jobQuery } from '../jobs/query.ts';
import { verifyEvidence } from './query.ts';

const words = texts.pages.journal;

export function EvidenceVerification() {
  const [opened, { open, close }] = useDisclosure(false);
  const beginning = useMutation({ mutationFn: verifyEvidence });
  const id = beginning.data?.id;
  const job = useQuery({ ...jobQuery(id ?? ''), enabled: id !== undefined });
  const isRunning = beginning.isPending || (id !== undefined && (job.isPending || job.data?.state === 'running'));
  const start = () => {
    open();
    // Whoever closes the dialogue and opens it again sees the run that goes on, and begins no other.
    if (!isRunning) beginning.mutate();
  };
  const result = job.data?.result;
  return (
    <>
      <Button variant="default" onClick={start}>
        {words.verifyEvidence}
      </Button>
      <Modal opened={opened} onClose={close} title={words.verifyEvidence} centered>
        <Stack>
          {isRunning && <Loading what={words.verifyingEvidence} />}
          {beginning.isError && <Failed error={beginning.error} />}
          {job.isError && <Failed error={job.error} again={() => void job.refetch()} />}
          {job.data?.error && <Failed error={new Error(job.data.error)} />}
          {result?.kind === 'verification' && (
            <Alert color={result.whole ? 'green' : 'red'} variant="outline" role="status" data-state="verified">
              {result.whole ? (
                words.evidenceWhole(result.files)
              ) : (
                <>
                  <Text>{words.evidenceBroken(result.findings.length + result.more)}</Text>
                  <List>
                    {result.findings.map(({ path, why }) => (
                      <List.Item key={path}>
                        {path}: {why}
                      </List.Item>
                    ))}
                  </List>
                </>
              )}
            </Alert>
          )}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              {words.close}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
