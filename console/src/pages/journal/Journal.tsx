// The journal: its facts, its verification, and what leaves it as a file.

import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { READS_CONTROL, usePermission } from '../../api/me.ts';
import { CSV, csvOf } from '../../components/csv.ts';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { save } from '../../components/save.ts';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { EvidenceVerification } from './EvidenceVerification.tsx';
import { factColumns } from './FactTable.tsx';
import { allFacts, journalHead, listFacts, verifyJournal } from './query.ts';

const words = texts.pages.journal;

export function Journal() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="facts"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listFacts}
      columns={factColumns}
      rowKey={({ sequence }) => String(sequence)}
      searchLabel={words.search}
      filters={[
        { name: 'kind', label: words.kind, values: words.kinds },
        { name: 'by', label: words.byFilter },
        { name: 'about', label: words.aboutFilter },
        { name: 'since', label: words.sinceFilter },
        { name: 'until', label: words.untilFilter },
      ]}
      above={<Tools search={search} />}
    />
  );
}

function Tools({ search }: { search: ListSearch }) {
  const reading = usePermission(READS_CONTROL);
  const exporting = useMutation({
    mutationFn: () => allFacts(search),
    onSuccess: ({ facts }) =>
      save(
        'facts.csv',
        csvOf(
          ['sequence', 'at', 'kind', 'stated_by', 'body'],
          facts.map(({ sequence, at, kind, by, body }) => [sequence, at, kind, by, body]),
        ),
        CSV,
      ),
  });
  if (!reading.allowed) return null;
  return (
    <Stack gap="xs">
      <Group>
        <VerifyJournal />
        <EvidenceVerification />
        <Button variant="default" loading={exporting.isPending} onClick={() => exporting.mutate()}>
          {words.exportFacts}
        </Button>
        <Anchor href="/api/v1/evidence/export?format=ocsf" download="evidence.jsonl">
          {words.exportEvidence}
        </Anchor>
      </Group>
      {exporting.isError && <Failed error={exporting.error} />}
      {exporting.data?.isCut && <Text role="status">{words.exportTruncated}</Text>}
    </Stack>
  );
}

/** Walks the chain while the person waits, and says what came of it. */
function VerifyJournal() {
  const [opened, { open, close }] = useDisclosure(false);
  const [anchor, setAnchor] = useState('');
  const head = useQuery({ queryKey: ['journal', 'head'], queryFn: journalHead, enabled: opened });
  const verifying = useMutation({ mutationFn: () => verifyJournal(anchor.trim()) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verifying.mutate();
  };
  const dismiss = () => {
    close();
    verifying.reset();
  };
  const found = verifying.data;
  return (
    <>
      <Button variant="default" onClick={open}>
        {words.verify}
      </Button>
      <Modal opened={opened} onClose={dismiss} title={words.verify} centered>
        <form onSubmit={submit}>
          <Stack>
            <Text>{words.verifyAbout}</Text>
            <TextInput
              label={words.anchor}
              value={anchor}
              onChange={(event) => setAnchor(event.currentTarget.value)}
              data-autofocus
            />
            {head.data && (
              <div>
                <Text size="sm" c="dimmed">
                  {words.head}
                </Text>
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {head.data.anchor}
                </Text>
              </div>
            )}
            {verifying.isPending && <Loading what={words.verifying} />}
            {verifying.isError && <Failed error={verifying.error} />}
            {found && (
              <Alert color={found.whole ? 'green' : 'red'} variant="outline" role="status" data-state="verified">
                {found.whole
                  ? words.whole(found.entries)
                  : words.broken(found.broken_at ?? texts.words.none, found.fault ?? '')}
              </Alert>
            )}
            <Group justify="end">
              <Button variant="default" onClick={dismiss}>
                {words.close}
              </Button>
              <Button type="submit" loading={verifying.isPending}>
                {words.verify}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
