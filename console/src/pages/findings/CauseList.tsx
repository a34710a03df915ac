// What is wrong, by cause: whoever mends a cause mends all of its findings.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { FindingExports } from './FindingExports.tsx';
import { type Cause, listCauses } from './query.ts';
import { Severity } from './Severity.tsx';

const words = texts.pages.findings;

export function CauseList() {
  const search = useSearch({ strict: false }) as ListSearch;
  const columns: Column<Cause>[] = [
    { id: 'severity', header: words.severity, sort: 'severity', cell: ({ severity }) => <Severity of={severity} /> },
    {
      id: 'cause',
      header: words.cause,
      cell: ({ detector, cause }) => (
        <RouteLink to="/findings/list" search={{ detector, cause, ...(search.state ? { state: search.state } : {}) }}>
          {cause}
        </RouteLink>
      ),
    },
    { id: 'detector', header: words.detector, cell: ({ detector }) => words.detectorNames[detector] ?? detector },
    { id: 'findings', header: words.findings, cell: ({ findings }) => findings.toLocaleString() },
    { id: 'returned', header: words.returned, cell: ({ returned }) => returned.toLocaleString() },
    { id: 'example', header: words.example, cell: ({ example }) => example },
    { id: 'first', header: words.firstSeen, cell: ({ first_seen: at }) => <Moment at={at} /> },
    { id: 'fix', header: words.fix, cell: ({ fix }) => fix },
  ];
  return (
    <ListPage
      name="finding-causes"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listCauses}
      columns={columns}
      rowKey={({ detector, cause }) => `${detector} ${cause}`}
      above={<FindingExports search={search} />}
      filters={[
        { name: 'state', label: words.state, values: words.states },
        { name: 'severity', label: words.severity, values: words.severities },
        { name: 'source', label: words.source },
      ]}
    />
  );
}
