// The buttons of a row in a list: up, down, remove.

import { Button, Group } from '@mantine/core';
import { texts } from '../../texts/index.ts';

const words = texts.pages.protect;

export function RowButtons(props: {
  /** What the row is, for those who hear the button. */
  row: string;
  place: number;
  count: number;
  /** Left out where the order means nothing. */
  move?: (by: number) => void;
  remove: () => void;
}) {
  const { row, place, count, move, remove } = props;
  return (
    <Group gap="xs">
      {move && (
        <>
          <RowButton label={words.up} row={row} act={() => move(-1)} disabled={place === 0} />
          <RowButton label={words.down} row={row} act={() => move(1)} disabled={place === count - 1} />
        </>
      )}
      <RowButton label={words.remove} row={row} act={remove} />
    </Group>
  );
}

function RowButton(props: { label: string; row: string; act: () => void; disabled?: boolean }) {
  const { label, row, act, disabled } = props;
  return (
    <Button variant="default" size="xs" aria-label={words.ofRow(label, row)} onClick={act} disabled={disabled}>
      {label}
    </Button>
  );
}
