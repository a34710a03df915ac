// The findings one by one, the worst first.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { FindingExports } from './FindingExports.tsx';
import { type Finding, listFindings } from './query.ts';
import { Severity } from './Severity.tsx';

const words = texts.pages.findings;

const columns: Column<Finding>[] = [
  { id: 'severity', header: words.severity, sort: 'severity', cell: ({ severity }) => <Severity of={severity} /> },
  {
    id: 'name',
    header: words.name,
    cell: ({ id, subjects: [first] }) => <RouteLink to={`/findings/${id}`}>{first?.name ?? id}</RouteLink>,
  },
  { id: 'detector', header: words.detector, cell: ({ detector }) => words.detectorNames[detector] ?? detector },
  { id: 'state', header: words.state, cell: ({ state }) => words.states[state] },
  { id: 'source', header: words.source, cell: ({ subjects: [first] }) => first?.source ?? texts.words.none },
  { id: 'first', header: words.firstSeen, sort: 'first_seen', cell: ({ first_seen: at }) => <Moment at={at} /> },
];

export function FindingList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="findings"
      title={words.listTitle}
      lead={search.cause ?? words.listLead}
      search={search}
      load={listFindings}
      columns={columns}
      rowKey={({ id }) => id}
      searchLabel={words.search}
      above={<FindingExports search={search} />}
      filters={[
        { name: 'state', label: words.state, values: words.states },
        { name: 'severity', label: words.severity, values: words.severities },
        { name: 'source', label: words.source },
        { name: 'cause', label: words.cause },
      ]}
    />
  );
}
