// The page that changes an application: the form of what is declared, what would change, and what others changed meanwhile.

import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS, usePermission } from '../../api/me.ts';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Failed, Loading, NoPermission } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { showApplication } from '../applications/query.ts';
import { ChangeForm } from './ChangeForm.tsx';

const words = texts.pages.protect;

export function ChangeApplication() {
  const { application: name = '' } = useParams({ strict: false }) as { application?: string };
  useTitle(words.changeTitle(name));
  const { allowed, reasons, remedies } = usePermission(ADMINISTERS);
  const query = useQuery({ queryKey: ['applications', name], queryFn: () => showApplication(name) });
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{words.changeTitle(query.data?.declared.title ?? name)}</Title>
        <Text c="dimmed">{words.changeLead}</Text>
        <RouteLink to={`/applications/${name}`}>{words.backToApplication}</RouteLink>
      </div>
      {!allowed && <NoPermission detail={words.closed} reasons={reasons} remedies={remedies} />}
      {query.isPending && <Loading what={words.form} />}
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {/* The form begins with what was read first. What others change later does not change it under one's hands. */}
      {allowed && query.isSuccess && <ChangeForm key={name} application={query.data} />}
    </Stack>
  );
}
