// The single changes that would turn an answer. The server tries each value of each item alone, on top of the changes that
// are made already; one that turns the answer is made with a button.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { DataTable } from '../../components/DataTable.tsx';
import { ReasonList } from '../../components/Named.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { AnswerEffect } from './AnswerEffect.tsx';
import { type EvidenceChange, isAge, shownValue } from './changes.ts';
import { type AskedPolicies, askAgain, type SingleChange } from './query.ts';

const words = texts.pages.again;

export function SingleChanges(props: {
  decision: string;
  policies: AskedPolicies;
  /** The changes that are made already. */
  changes: EvidenceChange[];
  isShown: boolean;
  show: (isShown: boolean) => void;
  /** Makes a change. */
  make: (item: string, value: string) => void;
}) {
  const { decision, policies, changes, isShown, show, make } = props;
  const query = useQuery({
    queryKey: ['decisions', decision, 'single', policies, changes],
    queryFn: () => askAgain(decision, { policies, changes, single_changes: true }),
    enabled: isShown,
    placeholderData: keepPreviousData,
  });
  const found = query.data?.single_changes;
  return (
    <section aria-label={words.single}>
      <Stack gap="xs" align="stretch">
        <Title order={3} size="h4">
          {words.single}
        </Title>
        <Group>
          <Button variant="default" aria-expanded={isShown} onClick={() => show(!isShown)}>
            {isShown ? words.hideSingle : words.showSingle}
          </Button>
        </Group>
        {isShown && query.isPending && <Loading what={words.single} />}
        {isShown && query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {isShown && query.isSuccess && found && (
          <div aria-busy={query.isFetching} data-state={query.isFetching ? 'trying' : 'tried'}>
            <Text aria-live="polite">{words.tried(found.tried, found.turning.length, changes.length)}</Text>
            {found.more && <Text>{words.moreToTry}</Text>}
            {found.turning.length > 0 && <Turning of={found.turning} make={make} />}
            <Text size="sm" c="dimmed">
              {words.triedHow}
            </Text>
          </div>
        )}
      </Stack>
    </section>
  );
}

function Turning({ of, make }: { of: SingleChange[]; make: (item: string, value: string) => void }) {
  return (
    <DataTable
      label={words.turning}
      rows={of}
      rowKey={({ item, values }) => `${item} ${values[0]}`}
      columns={[
        { id: 'item', header: words.item, cell: ({ item }) => words.label(item) },
        {
          id: 'values',
          header: words.changedTo,
          cell: ({ item, values }) => (
            <Group gap="xs">
              {values.map((value) => (
                <Button
                  key={value}
                  size="compact-xs"
                  variant="default"
                  aria-label={words.make(words.label(item), shownValue(value, isAge(item)))}
                  onClick={() => make(item, value)}
                >
                  {shownValue(value, isAge(item))}
                </Button>
              ))}
            </Group>
          ),
        },
        { id: 'answer', header: words.wouldBe, cell: (change) => <AnswerEffect of={change} /> },
        {
          id: 'by',
          header: words.determined,
          cell: ({ determined_by }) => <ReasonList of={determined_by.map(({ id }) => id)} />,
        },
      ]}
    />
  );
}
