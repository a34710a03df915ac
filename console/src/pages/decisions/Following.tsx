// Decisions as they fall, with the way to pause them: on the page of all, and on those of one thing.

import { Button, Group, Text } from '@mantine/core';
import { DataTable } from '../../components/DataTable.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { decisionColumns } from './columns.tsx';
import { useDecisions } from './stream.ts';

const words = texts.pages.live;

/** `onEnd` is called when the server ends the stream. */
export function Following({ filters, onEnd }: { filters: string; onEnd: () => void }) {
  const { state, decisions, gap, pause, resume } = useDecisions(filters, onEnd);
  return (
    <>
      <Group>
        <Text role="status">{words.states[state]}</Text>
        {state === 'paused' || state === 'ended' ? (
          <Button variant="default" onClick={resume}>
            {words.resume}
          </Button>
        ) : (
          <Button variant="default" onClick={pause}>
            {words.pause}
          </Button>
        )}
      </Group>
      {gap && <Text>{words.gap}</Text>}
      {decisions.length === 0 ? (
        <Empty>{words.none}</Empty>
      ) : (
        <DataTable label={words.title} rows={decisions} columns={decisionColumns} rowKey={({ id }) => id} />
      )}
    </>
  );
}
