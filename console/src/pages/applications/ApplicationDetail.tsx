// One application: where it is, its stage, and its parts with their routes and labels.

import { Button, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ADMINISTERS, usePermission } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { partsOf } from './parts.ts';
import { type Application, setStage, showApplication } from './query.ts';

const words = texts.pages.applications;
const protect = texts.pages.protect;

export function ApplicationDetail() {
  const { application: name = '' } = useParams({ strict: false }) as { application?: string };
  const query = useQuery({ queryKey: ['applications', name], queryFn: () => showApplication(name) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ declared }) => declared.title}
      facts={({ name, declared }) => [
        [words.name, name],
        [words.owner, declared.owner],
        [words.stage, words.stages[declared.stage ?? 'observe']],
        [words.sensitivity, declared.sensitivity ? words.sensitivities[declared.sensitivity] : words.unlabelled],
        [words.hosts, declared.hosts.join(', ')],
        [words.upstream, declared.upstream],
        [words.header, declared.assertion_header],
        [protect.fields.download_types, declared.download_types?.join(', ')],
        [
          protect.fields.request_headers,
          declared.request_headers ? declared.request_headers.join(', ') || protect.onlyStandard : protect.byRule,
        ],
        [
          words.decisions,
          <RouteLink key="decisions" to={`/decisions?application=${name}`}>
            {words.seeDecisions}
          </RouteLink>,
        ],
        [
          words.first,
          <RouteLink key="first" to={`/applications/${name}/first`}>
            {words.seeFirst}
          </RouteLink>,
        ],
      ]}
      actions={(application) => (
        <>
          <ChangeLink name={application.name} />
          <StageButton application={application} />
        </>
      )}
    >
      {(application) => (
        <>
          <section>
            <WhatChangingNeeds need={ADMINISTERS} />
            <Title order={2} size="h3" mb="xs">
              {words.parts}
            </Title>
            {partsOf(application).length === 0 ? (
              <Empty>{words.noParts}</Empty>
            ) : (
              <DataTable
                label={words.parts}
                rows={partsOf(application)}
                rowKey={({ part }) => part}
                columns={[
                  { id: 'part', header: words.part, cell: ({ part }) => part },
                  {
                    id: 'sensitivity',
                    header: words.sensitivity,
                    cell: ({ sensitivity }) => (sensitivity ? words.sensitivities[sensitivity] : words.unlabelled),
                  },
                  { id: 'routes', header: words.routes, cell: ({ routes }) => routes.join(', ') || texts.words.none },
                ]}
              />
            )}
          </section>
          <History about={`application:${application.name}`} />
        </>
      )}
    </DetailPage>
  );
}

function ChangeLink({ name }: { name: string }) {
  if (!usePermission(ADMINISTERS).allowed) return null;
  return (
    <Button variant="default" component={Link} to={`/applications/${name}/change` as never}>
      {texts.pages.protect.change}
    </Button>
  );
}

function StageButton({ application: { name, declared } }: { application: Application }) {
  return declared.stage === 'enforce' ? (
    <ActionButton
      key="observe"
      label={words.observe}
      preview={words.observeConfirm(declared.title)}
      need={ADMINISTERS}
      act={() => setStage(name, 'observe')}
      danger
    />
  ) : (
    <ActionButton
      key="enforce"
      label={words.enforce}
      preview={words.enforceConfirm(declared.title)}
      need={ADMINISTERS}
      act={() => setStage(name, 'enforce')}
    />
  );
}
