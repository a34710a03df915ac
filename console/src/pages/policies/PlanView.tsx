// The plan of a change: whom it stops stands on top, then whom it lets in, then what is not known.

import { Alert, List, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { Facts } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import type { Job } from '../jobs/query.ts';
import { Digest } from './Digest.tsx';
import type { PlanReport } from './query.ts';
import classes from './Whole.module.css';

const words = texts.pages.plans;

type Change = PlanReport['changes'][number];

const columns: Column<Change>[] = [
  { id: 'who', header: words.who, cell: (change) => <Who of={change} /> },
  { id: 'what', header: words.what, cell: ({ action, resource }) => `${action} ${resource}` },
  { id: 'device', header: words.device, cell: ({ device }) => deviceOf(device) },
  { id: 'count', header: words.accesses, cell: ({ count }) => count },
  { id: 'last', header: words.last, cell: ({ last }) => <Moment at={last} /> },
  { id: 'policies', header: words.policies, cell: ({ reasons }) => reasons.join(', ') || texts.words.none },
];
const example: Column<Change> = {
  id: 'example',
  header: words.example,
  cell: (change) => <RouteLink to={`/decisions/${change.example}`}>{words.why}</RouteLink>,
};
const stopping: Column<Change>[] = [
  ...columns,
  example,
  { id: 'remedies', header: words.remedies, cell: ({ remedies }) => remedies.join(' ') || texts.words.none },
];
const lettingIn: Column<Change>[] = [...columns, example];

export function PlanView({ job, report }: { job: Job; report: PlanReport }) {
  const { newly_denied: denied, newly_allowed: allowed, changes, basis, notes = [], removed = [], warnings } = report;
  const gaps = [...new Set([...(basis?.gaps ?? []), ...report.unknown])];
  return (
    <Stack gap="lg" data-state="plan">
      {basis?.verdict === 'unknown' && (
        <Alert color="yellow" variant="outline" title={words.unknownVerdict}>
          <Lines of={basis.gaps} />
        </Alert>
      )}
      <Part title={words.denied}>
        <Text fw={600}>
          {denied.accesses > 0 ? words.stops(denied.people, denied.services, denied.accesses) : words.stopsNobody}
        </Text>
        <Changes
          label={words.denied}
          of={changes.filter(({ direction }) => direction === 'denied')}
          columns={stopping}
        />
      </Part>
      <Part title={words.allowed}>
        <Text fw={600}>
          {allowed.accesses > 0 ? words.letsIn(allowed.people, allowed.services, allowed.accesses) : words.letsInNobody}
        </Text>
        <Changes
          label={words.allowed}
          of={changes.filter(({ direction }) => direction === 'allowed')}
          columns={lettingIn}
        />
      </Part>
      {report.not_itemised > 0 && <Text>{words.notItemised(report.not_itemised)}</Text>}
      {gaps.length > 0 && (
        <Part title={words.unknown}>
          <Lines of={gaps} />
        </Part>
      )}
      {removed.length > 0 && (
        <Part title={words.removed}>
          <Lines of={removed.map(({ id, kind }) => `${id} (${texts.pages.policies.kinds[kind]})`)} />
        </Part>
      )}
      <Part title={words.files}>
        {report.files.length === 0 && <Text>{words.noFiles}</Text>}
        <Lines of={report.files.map(({ path, change }) => `${words.changes[change]}: ${path}`)} />
      </Part>
      {warnings.length > 0 && (
        <Part title={words.warnings}>
          <Lines of={warnings.map(({ file, line, message }) => `${file}${line ? `:${line}` : ''}: ${message}`)} />
        </Part>
      )}
      {notes.length > 0 && (
        <Part title={words.notes}>
          <Lines of={notes} />
        </Part>
      )}
      <Facts
        of={[
          [words.asked, report.asked],
          [
            words.period,
            <span key="period">
              <Moment at={job.since} /> {words.to} <Moment at={job.until} />
            </span>,
          ],
          [words.by, job.asked_by ? <Named key="by" id={job.asked_by} name={job.asked_by_name} /> : undefined],
          [words.digest, job.digest && <code key="digest">{job.digest}</code>],
          [words.comparedWith, <Digest key="running" of={report.running} />],
          [words.planned, <Digest key="planned" of={report.planned} />],
        ]}
      />
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      <Stack gap="xs">{children}</Stack>
    </section>
  );
}

function Lines({ of }: { of: readonly string[] }) {
  return (
    <List>
      {of.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}

function Changes({ label, of, columns }: { label: string; of: Change[]; columns: Column<Change>[] }) {
  if (of.length === 0) return null;
  return <DataTable label={label} rows={of} columns={columns} rowKey={keyOf} />;
}

const keyOf = ({ principal, action, resource, device, example: last, by_stage }: Change): string =>
  [principal, action, resource, device, last, by_stage].join(' ');

function Who({ of: { principal, principal_name, enforced, granted, by_stage } }: { of: Change }) {
  const remarks = [!enforced && words.observed, granted && words.granted, by_stage && words.byStage].filter(Boolean);
  return (
    <>
      <span className={classes.whole}>
        {principal === 'anonymous' ? words.anonymous : <Named id={principal} name={principal_name} isShort />}
      </span>
      {remarks.length > 0 && ` (${remarks.join(', ')})`}
    </>
  );
}

const deviceOf = (device: string): string =>
  device in words.devices ? words.devices[device as keyof typeof words.devices] : device;
