// A plan by its address, for whoever reviews a change that another person rehearsed.

import { Stack, Title } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { PlanRun } from './PlanRun.tsx';

export function PlanPage() {
  const { job = '' } = useParams({ strict: false }) as { job?: string };
  useTitle(texts.pages.plans.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{texts.pages.plans.title}</Title>
      <PlanRun id={job} />
    </Stack>
  );
}
