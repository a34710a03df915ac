// One finding: what is wrong with what, by which evidence, and what people decided about it.

import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { FormAction, Sentences } from '../../components/FormAction.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { acceptFinding, type Finding, reopenFinding, showFinding } from './query.ts';
import { Severity } from './Severity.tsx';

const words = texts.pages.findings;
const LONGEST_DAYS = 366;

export function FindingDetail() {
  const { finding: id = '' } = useParams({ strict: false }) as { finding?: string };
  const query = useQuery({ queryKey: ['findings', 'one', id], queryFn: () => showFinding(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={nameOf}
      facts={(finding) => [
        [words.detector, words.detectorNames[finding.detector] ?? finding.detector],
        [words.cause, finding.cause],
        [words.severity, <Severity key="severity" of={finding.severity} />],
        [words.state, words.states[finding.state]],
        [words.fix, finding.fix],
        [words.firstSeen, <Moment key="first" at={finding.first_seen} />],
        [words.lastSeen, <Moment key="last" at={finding.last_seen} />],
        [words.fixedAt, finding.fixed_at ? <Moment key="fixed" at={finding.fixed_at} /> : undefined],
        [words.returnedAt, finding.returned_at ? <Moment key="returned" at={finding.returned_at} /> : undefined],
        ...accepted(finding),
        [texts.pages.people.id, finding.id],
      ]}
      actions={(finding) => <Decide finding={finding} />}
    >
      {(finding) => (
        <>
          <section>
            <Title order={2} size="h3" mb="xs">
              {words.subjects}
            </Title>
            <WhatChangingNeeds need={ADMINISTERS} />
            <Subjects finding={finding} />
          </section>
          <section>
            <Title order={2} size="h3" mb="xs">
              {words.evidence}
            </Title>
            <Evidence finding={finding} />
          </section>
          <History about={finding.id} />
        </>
      )}
    </DetailPage>
  );
}

const nameOf = ({ detector, subjects: [first] }: Finding) => (first ? `${first.name}: ${detector}` : detector);

type Facts = [string, React.ReactNode][];

function accepted({ acceptance }: Finding): Facts {
  if (!acceptance) return [];
  return [
    [words.acceptedBy, <Named key="by" id={acceptance.accepted_by} name={acceptance.accepted_by_name} />],
    [words.until, <Moment key="until" at={acceptance.expires_at} />],
    [words.because, acceptance.reason],
  ];
}

function Decide({ finding }: { finding: Finding }) {
  return (
    <>
      {finding.state !== 'fixed' && (
        <FormAction
          label={words.accept}
          need={ADMINISTERS}
          fields={[
            { name: 'reason', label: words.reason },
            { name: 'days', label: words.days, number: [1, LONGEST_DAYS], initial: '30' },
          ]}
          preview={({ days = '' }) => <Sentences of={[words.acceptConfirm(nameOf(finding), days), words.acceptEnds]} />}
          act={(entered) => acceptFinding(finding.id, entered)}
        />
      )}
      {finding.acceptance && (
        <ActionButton
          label={words.reopen}
          preview={words.reopenConfirm(nameOf(finding))}
          need={ADMINISTERS}
          reason={words.reason}
          act={(reason) => reopenFinding(finding.id, reason)}
        />
      )}
    </>
  );
}

function Subjects({ finding }: { finding: Finding }) {
  const kinds = texts.pages.inventory.kinds;
  return (
    <DataTable
      label={words.subjects}
      rows={finding.subjects}
      rowKey={({ source, key }) => `${source} ${key}`}
      columns={[
        {
          id: 'name',
          header: words.name,
          cell: ({ name, source, key }) => (
            <RouteLink to="/inventory/node" search={{ source, key }}>
              {name}
            </RouteLink>
          ),
        },
        { id: 'kind', header: words.kind, cell: ({ kind }) => (kind ? kinds[kind] : texts.words.none) },
        { id: 'source', header: words.source, cell: ({ source }) => source },
        { id: 'key', header: words.key, cell: ({ key }) => key },
      ]}
    />
  );
}

function Evidence({ finding }: { finding: Finding }) {
  return (
    <DataTable
      label={words.evidence}
      rows={finding.evidence}
      rowKey={({ source, key, attribute, value }) => `${source} ${key} ${attribute} ${value}`}
      columns={[
        { id: 'attribute', header: words.attribute, cell: ({ attribute }) => attribute },
        { id: 'value', header: words.value, cell: ({ value }) => value },
        { id: 'source', header: words.source, cell: ({ source }) => source },
        { id: 'key', header: words.key, cell: ({ key }) => key },
      ]}
    />
  );
}
