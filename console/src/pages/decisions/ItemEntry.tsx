// One item of evidence that can be changed: what was recorded, and a field for another value.

import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { texts } from '../../texts/index.ts';
import { type ChangeableItem, isAge, shownValue } from './changes.ts';

const words = texts.pages.again;
/** While a person types, nothing is asked. */
const PAUSE_MS = 400;

export function ItemEntry(props: {
  item: ChangeableItem;
  /** The value that a change gives it. */
  value: string | undefined;
  /** Changes it; without a value it is as it was recorded. */
  change: (value?: string) => void;
}) {
  const { item, value, change } = props;
  const label = words.label(item.item);
  const isTyped = item.choices.length === 0 || item.most != null;
  return (
    <div>
      {isTyped ? (
        <Typed item={item} label={label} value={value} change={change} />
      ) : (
        <NativeSelect
          label={label}
          data={[
            { value: '', label: words.asRecorded(words.value(item.recorded)) },
            ...item.choices.map((choice) => ({ value: choice, label: words.value(choice) })),
          ]}
          value={value ?? ''}
          onChange={(event) => change(event.currentTarget.value || undefined)}
        />
      )}
      <Group gap="xs">
        {value !== undefined && (
          <>
            <Text size="sm" fw={600}>
              {words.changed}
            </Text>
            <Button size="compact-xs" variant="default" onClick={() => change()} aria-label={words.undoOf(label)}>
              {words.undo}
            </Button>
          </>
        )}
        {value === undefined && item.value !== item.recorded && (
          <Text size="sm">{words.isNow(shownValue(item.value, isAge(item.item)))}</Text>
        )}
        {item.most != null &&
          item.choices.map((choice) => (
            <Button key={choice} size="compact-xs" variant="default" onClick={() => change(choice)}>
              {words.value(choice)}
            </Button>
          ))}
      </Group>
    </div>
  );
}

function Typed(props: {
  item: ChangeableItem;
  label: string;
  value: string | undefined;
  change: (value?: string) => void;
}) {
  const { item, label, value, change } = props;
  const [typed, setTyped] = useState(value ?? '');
  // A change that is undone, or that the address brings, shows in the field.
  useEffect(() => setTyped(value ?? ''), [value]);
  const settle = useDebouncedCallback((text: string) => change(text.trim() || undefined), PAUSE_MS);
  return (
    <TextInput
      label={label}
      placeholder={words.asRecorded(shownValue(item.recorded, isAge(item.item)))}
      inputMode={item.most == null ? undefined : 'numeric'}
      maxLength={256}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        settle(event.currentTarget.value);
      }}
    />
  );
}
