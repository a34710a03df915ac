// One source: what it is, its last import, and its history.

import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { Expected } from './Expected.tsx';
import { PeopleWhoLeft } from './PeopleWhoLeft.tsx';
import { type ImportCount, type Source, showSource, total, withdrawSource } from './query.ts';

const words = texts.pages.sources;

export function SourceDetail() {
  const { source: name = '' } = useParams({ strict: false }) as { source?: string };
  const query = useQuery({ queryKey: ['sources', name], queryFn: () => showSource(name) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(source) => source.title}
      facts={(source) => [
        [words.name, source.name],
        [words.purpose, source.purpose],
        [words.format, source.format],
        [words.owner, <Named key="owner" id={source.owner} name={source.owner_name} />],
        [words.authoritative, source.authoritative ? texts.words.yes : texts.words.no],
        [words.leavers, source.leavers ? words.leaverBounds(source.leavers.people, source.leavers.percent) : undefined],
        [words.expected, source.expected_every_seconds ? <Expected key="expected" of={source} /> : undefined],
        [words.due, source.due_at ? <Moment key="due" at={source.due_at} /> : undefined],
        [words.staging, source.staging ? words.importNumber(source.staging) : undefined],
      ]}
      actions={(source) => (
        <ActionButton
          label={words.withdraw}
          preview={words.withdrawConfirm(source.title)}
          need={ADMINISTERS}
          act={() => withdrawSource(source.name)}
          danger
        />
      )}
    >
      {(source) => (
        <>
          <section>
            <Title order={2} size="h3" mb="xs">
              {words.lastImport}
            </Title>
            <WhatChangingNeeds need={ADMINISTERS} />
            <LastImport source={source} />
          </section>
          {source.leavers && <PeopleWhoLeft source={source} />}
          <History about={`source:${source.name}`} />
        </>
      )}
    </DetailPage>
  );
}

function LastImport({ source }: { source: Source }) {
  const last = source.last_import;
  if (!last) return <Empty>{words.howToImport(source.name)}</Empty>;
  const rows: [string, ImportCount][] = [
    [words.nodes, last.nodes],
    [words.edges, last.edges],
  ];
  return (
    <>
      <p>
        {words.importNumber(last.import)}: <Moment at={last.applied_at} />,{' '}
        <Named id={last.applied_by} name={last.applied_by_name} isAmongWords />
      </p>
      <DataTable
        label={words.lastImport}
        rows={rows}
        rowKey={([what]) => what}
        columns={[
          { id: 'what', header: words.what, cell: ([what]) => what },
          { id: 'all', header: words.all, cell: ([, count]) => total(count).toLocaleString() },
          { id: 'new', header: words.added, cell: ([, count]) => count.new.toLocaleString() },
          { id: 'changed', header: words.changed, cell: ([, count]) => count.changed.toLocaleString() },
          { id: 'gone', header: words.gone, cell: ([, count]) => count.gone.toLocaleString() },
        ]}
      />
      <p>
        <RouteLink to="/inventory" search={{ source: source.name }} isUnderlined>
          {words.showAll}
        </RouteLink>
      </p>
    </>
  );
}
