// Protects an application: a form, what the upstream answers, what would be declared, and the declaration.

import { Stack, Text, Title } from '@mantine/core';
import { ADMINISTERS, usePermission } from '../../api/me.ts';
import { NoPermission } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { ProtectForm } from './ProtectForm.tsx';

const words = texts.pages.protect;

export function Protect() {
  useTitle(words.title);
  const { allowed, reasons, remedies } = usePermission(ADMINISTERS);
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.title}</Title>
        <Text c="dimmed">{words.lead}</Text>
      </div>
      {allowed ? <ProtectForm /> : <NoPermission detail={words.closed} reasons={reasons} remedies={remedies} />}
    </Stack>
  );
}
