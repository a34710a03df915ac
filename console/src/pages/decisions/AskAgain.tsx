// "Ask again with ...": items of a decision's evidence are changed, and the answer follows at once. The server evaluates;
// the changes stand in the address, so that they can be sent to somebody.

import { Button, Group, List, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Named } from '../../components/Named.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { AnswerEffect } from './AnswerEffect.tsx';
import classes from './AskAgain.module.css';
import { byReading, type ChangeableItem, type EvidenceChange, withChange, withSingle } from './changes.ts';
import { ItemEntry } from './ItemEntry.tsx';
import { type AnswerAgain, type AskedPolicies, askAgain } from './query.ts';
import { SingleChanges } from './SingleChanges.tsx';

const words = texts.pages.again;

/** What stands in the address. */
export interface AskedAgain {
  policies: AskedPolicies;
  changes: EvidenceChange[];
  isSingle: boolean;
}

export default function AskAgain(props: {
  decision: string;
  policies: AskedPolicies;
  changes: EvidenceChange[];
  /** Whether the single changes that turn the answer are shown. */
  isSingle: boolean;
  change: (next: AskedAgain) => void;
}) {
  const { decision, policies, changes, isSingle } = props;
  const change = (next: Partial<AskedAgain>) => props.change({ policies, changes, isSingle, ...next });
  const asking = (changes: EvidenceChange[]) => ({
    queryKey: ['decisions', decision, 'again', policies, changes],
    queryFn: () => askAgain(decision, { policies, changes }),
    // What is asked is of the past; only the policies of today change.
    staleTime: policies === 'then' ? Number.POSITIVE_INFINITY : 0,
  });
  const recorded = useQuery(asking([]));
  const varied = useQuery({ ...asking(changes), placeholderData: keepPreviousData });
  if (recorded.isPending) return <Loading what={words.waiting} />;
  if (recorded.isError) return <Failed error={recorded.error} again={() => void recorded.refetch()} />;
  // A change that the server refused is said, and can be undone among the items of the answer without it.
  const shown = varied.data ?? recorded.data;
  const [read, others] = byReading(shown.items);
  const entry = (item: ChangeableItem) => (
    <ItemEntry
      key={item.item}
      item={item}
      value={changes.find((one) => one.item === item.item)?.value}
      change={(value) => change({ changes: withChange(changes, item.item, value) })}
    />
  );
  return (
    <Stack>
      <Text c="dimmed">{words.lead}</Text>
      <Group>
        <SegmentedControl
          aria-label={words.policies}
          data={[
            { value: 'then', label: words.ofThen },
            { value: 'now', label: words.ofNow },
          ]}
          value={policies}
          onChange={(chosen) => change({ policies: chosen as AskedPolicies })}
        />
        {changes.length > 0 && (
          <Button variant="default" onClick={() => change({ changes: [] })}>
            {words.undoAll}
          </Button>
        )}
      </Group>
      <div className={classes.answers} aria-live="polite" aria-busy={varied.isFetching}>
        <Answer title={policies === 'now' ? words.recordedNow : words.recorded} of={shown.unchanged} />
        {changes.length === 0 ? (
          <Text c="dimmed">{words.noChanges}</Text>
        ) : varied.isError ? (
          <Failed error={varied.error} again={() => void varied.refetch()} />
        ) : (
          <Answer
            title={words.withChanges(changes.length)}
            of={shown.changed}
            note={shown.changed.effect === shown.unchanged.effect ? words.same : words.turned}
          />
        )}
      </div>
      {shown.notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
      <SingleChanges
        decision={decision}
        policies={policies}
        changes={changes}
        isShown={isSingle}
        show={(isSingle) => change({ isSingle })}
        make={(item, value) => change({ changes: withSingle(changes, item, value) })}
      />
      <Title order={3} size="h4">
        {words.read}
      </Title>
      <div className={classes.items}>{read.map(entry)}</div>
      {others.length > 0 && (
        <details>
          <summary className={classes.summary}>{words.unread(others.length)}</summary>
          <div className={classes.items}>{others.map(entry)}</div>
        </details>
      )}
    </Stack>
  );
}

function Answer({ title, of, note }: { title: string; of: AnswerAgain; note?: string }) {
  return (
    <section className={classes.answer} aria-label={title} data-effect={of.effect}>
      <Stack gap="xs">
        <Text c="dimmed" size="sm">
          {title}
        </Text>
        <Text fw={700} size="lg">
          <AnswerEffect of={of} />
        </Text>
        {note && <Text>{note}</Text>}
        <Text fw={600}>{words.determined}</Text>
        <List>
          {of.determined_by.map(({ id, reason, place }) => (
            <List.Item key={id}>
              {place ? <Named id={`policy:${id}`} isAmongWords /> : id}: {reason}
            </List.Item>
          ))}
        </List>
        {of.remedies.length > 0 && (
          <>
            <Text fw={600}>{words.remedies}</Text>
            <List>
              {of.remedies.map((remedy) => (
                <List.Item key={remedy}>{remedy}</List.Item>
              ))}
            </List>
          </>
        )}
        {of.shadow.length > 0 && <Text>{words.shadow(of.shadow)}</Text>}
        {of.errors.length > 0 && <Text>{words.errors(of.errors)}</Text>}
      </Stack>
    </section>
  );
}
