// The state of the installation: what is failing, the next best step, and figures with what is behind each.

import { Alert, List, Stack, Text } from '@mantine/core';
import { Facts } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { failing, nextStep, type RegisterFigures, type Status } from './overview.ts';

const words = texts.pages.home;

export function Overview({ status, register }: { status: Status; register: RegisterFigures }) {
  const { counts, policies, evidence } = status;
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
      <Facts
        of={[
          [
            texts.pages.applications.title,
            <RouteLink key="applications" to="/applications">
              {counts.applications}
            </RouteLink>,
          ],
          [
            texts.pages.people.title,
            <RouteLink key="people" to="/people">
              {counts.people}
            </RouteLink>,
          ],
          [
            words.administrators,
            <RouteLink key="administrators" to="/groups/administrators">
              {words.withPasskeys(counts.administrators, counts.administrators_with_passkeys)}
            </RouteLink>,
          ],
          [
            texts.pages.devices.title,
            <RouteLink key="devices" to="/devices">
              {counts.devices}
            </RouteLink>,
          ],
          [
            texts.pages.sessions.title,
            <RouteLink key="sessions" to="/sessions">
              {counts.sessions}
            </RouteLink>,
          ],
          [
            words.grantsWaiting,
            <RouteLink key="waiting" to="/grants?state=requested">
              {counts.grants_requested}
            </RouteLink>,
          ],
          [
            words.grantsActive,
            <RouteLink key="active" to="/grants?state=active">
              {counts.grants_active}
            </RouteLink>,
          ],
          [
            texts.pages.exceptions.title,
            <RouteLink key="exceptions" to="/exceptions">
              {counts.exceptions}
            </RouteLink>,
          ],
          [
            words.trusts,
            <RouteLink key="trusts" to="/register">
              {register.live}
            </RouteLink>,
          ],
          [
            words.decisions,
            <RouteLink key="decisions" to="/decisions">
              {evidence.recorded}
            </RouteLink>,
          ],
          [words.policies, words.overdue(policies.policies, policies.overdue)],
          [words.version, status.version],
        ]}
      />
    </Stack>
  );
}
