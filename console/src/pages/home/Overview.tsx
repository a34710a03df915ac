// The state of the installation: what is failing, the next best step, and figures with what is behind each.

import { Alert, List, Stack, Text } from '@mantine/core';
import { Facts } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { Figures } from './Figures.tsx';
import { figuresOf } from './figures.ts';
import { failing, nextStep, type RegisterFigures, type Status } from './overview.ts';

const words = texts.pages.home;

export function Overview({ status, register }: { status: Status; register: RegisterFigures }) {
  const problems = failing(status);
  const step = nextStep(status, register);
  return (
    <Stack gap="sm">
      {problems.length > 0 && (
        <Alert color="red" variant="outline" title={words.failing} role="alert">
          <List>
            {problems.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Alert variant="outline" title={words.next} data-state="next-step">
        <Text>{step.to ? <RouteLink to={step.to}>{words.steps[step.name]}</RouteLink> : words.steps[step.name]}</Text>
      </Alert>
      <Figures figures={figuresOf(status, register)} />
      <Facts of={[[words.version, status.version]]} />
    </Stack>
  );
}
