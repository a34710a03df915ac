// What changing an application will do, before it is done.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { texts } from '../../texts/index.ts';
import type { ShownChange } from './ChangeForm.tsx';
import { ChangesTable } from './ChangesTable.tsx';
import { focusOnShow } from './rows.ts';
import { CheckResult } from './UpstreamCheck.tsx';

const words = texts.pages.protect;

export function PreviewOfChange(props: {
  shown: ShownChange;
  isPending: boolean;
  /** Somebody else changed it, so this cannot be confirmed any more. */
  isOutdated: boolean;
  back: () => void;
  confirm: () => void;
}) {
  const { shown, isPending, isOutdated, back, confirm } = props;
  const { changes, check } = shown;
  const isSame = changes.length === 0;
  return (
    <section aria-label={words.whatChanges} data-state="preview">
      <Stack>
        <Title order={2} size="h3" tabIndex={-1} ref={focusOnShow}>
          {words.whatChanges}
        </Title>
        {isSame ? <Text>{words.nothingChanges}</Text> : <ChangesTable label={words.whatChanges} changes={changes} />}
        {!isSame && <Text>{words.atOnce}</Text>}
        {check && <CheckResult of={check} />}
        <Group>
          <Button variant="default" onClick={back} disabled={isPending}>
            {texts.form.back}
          </Button>
          {!isSame && !isOutdated && (
            <Button onClick={confirm} loading={isPending}>
              {words.change}
            </Button>
          )}
        </Group>
      </Stack>
    </section>
  );
}
