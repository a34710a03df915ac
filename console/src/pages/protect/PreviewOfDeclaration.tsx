// What declaring an application will do, before it is declared.

import { Alert, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { texts } from '../../texts/index.ts';
import { routeInWords } from '../applications/parts.ts';
import { addressOf } from './address.ts';
import type { Shown } from './ProtectForm.tsx';
import { focusOnShow } from './rows.ts';
import { CheckResult } from './UpstreamCheck.tsx';

const words = texts.pages.protect;

export function PreviewOfDeclaration(props: {
  shown: Shown;
  isPending: boolean;
  back: () => void;
  declare: () => void;
}) {
  const { shown, isPending, back, declare } = props;
  const { name, declaration, check } = shown;
  return (
    <section aria-label={words.preview} data-state="preview">
      <Stack>
        <Title order={2} size="h3" tabIndex={-1} ref={focusOnShow}>
          {words.preview}
        </Title>
        <List>
          <List.Item>
            {words.reaches(declaration.hosts.map((host) => addressOf(host, window.location)).join(', '))}
          </List.Item>
          <List.Item>{words.forwards(declaration.upstream)}</List.Item>
          <List.Item>{words.nothingRefused(declaration.title)}</List.Item>
          {!declaration.sensitivity && <List.Item>{words.noLabel}</List.Item>}
          {(declaration.resources ?? []).map((part) => (
            <List.Item key={part.part}>
              {words.partDeclared(part.part, (part.routes ?? []).map(routeInWords).join(', '))}
            </List.Item>
          ))}
          <List.Item>{words.neverAgain(name)}</List.Item>
        </List>
        {check ? (
          <CheckResult of={check} />
        ) : (
          <Alert color="yellow" variant="outline" title={words.notChecked}>
            <Text>{words.notCheckedDetail}</Text>
          </Alert>
        )}
        <Group>
          <Button variant="default" onClick={back} disabled={isPending}>
            {texts.form.back}
          </Button>
          <Button onClick={declare} loading={isPending}>
            {words.declare}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
