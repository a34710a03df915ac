// The state of the installation: what is failing, the next best step, and figures with what is behind each.

import { Alert, List, Stack, Text } from '@mantine/core';
import { type Fact, Facts } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { failing, nextStep, type RegisterFigures, type Status } from './overview.ts';

const words = texts.pages.home;

export function Overview({ status, register }: { status: Status; register: RegisterFigures }) {
  const { counts, policies, evidence } = status;
  const problems = failing(status);
  const step = nextStep(status, register);
  const administrators = (
    <RouteLink to="/groups/administrators">
      {words.withPasskeys(counts.administrators, counts.administrators_with_passkeys)}
    </RouteLink>
  );
  const figures: [name: string, to: string, figure: number][] = [
    [texts.pages.applications.title, '/applications', counts.applications],
    [texts.pages.people.title, '/people', counts.people],
    [texts.pages.devices.title, '/devices', counts.devices],
    [texts.pages.sessions.title, '/sessions', counts.sessions],
    [words.grantsWaiting, '/grants?state=requested', counts.grants_requested],
    [words.grantsActive, '/grants?state=active', counts.grants_active],
    [texts.pages.exceptions.title, '/exceptions', counts.exceptions],
    [words.trusts, '/register', register.live],
    [words.decisions, '/decisions', evidence.recorded],
  ];
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
      <Facts
        large
        of={figures.map(
          ([name, to, figure]): Fact => [
            name,
            <RouteLink key={to} to={to}>
              {figure}
            </RouteLink>,
          ],
        )}
      />
      <Facts
        of={[
          [words.administrators, administrators],
          [words.policies, words.overdue(policies.policies, policies.overdue)],
          [words.version, status.version],
        ]}
      />
    </Stack>
  );
}
