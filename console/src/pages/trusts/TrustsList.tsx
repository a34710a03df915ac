// The register of implicit trust: what works only because nobody checks it.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { DetailSection, Facts } from '../../components/DetailPage.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { listTrusts, type Trust, trustFigures } from './query.ts';

const words = texts.pages.trusts;

const columns: Column<Trust>[] = [
  { id: 'resource', header: words.resource, cell: ({ resource, action }) => `${action} ${resource}` },
  { id: 'item', header: words.item, cell: ({ item }) => words.items[item] },
  { id: 'sensitivity', header: words.sensitivity, sort: 'sensitivity', cell: ({ sensitivity }) => sensitivity },
  {
    id: 'accesses',
    header: words.accesses,
    sort: 'accesses',
    cell: ({ accesses, principals }) => words.used(accesses, principals),
  },
  { id: 'state', header: words.state, cell: ({ state }) => words.states[state] },
  {
    id: 'owner',
    header: words.owner,
    cell: ({ owner }) => (owner ? <RouteLink to={`/people/${owner}`}>{owner}</RouteLink> : texts.words.none),
  },
  { id: 'last', header: words.last, cell: ({ last }) => <Moment at={last} /> },
  { id: 'remedy', header: words.remedy, cell: ({ remedy }) => remedy },
  {
    id: 'example',
    header: words.example,
    cell: ({ example }) => <RouteLink to={`/decisions/${example}`}>{words.see}</RouteLink>,
  },
];

export function TrustsList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="trusts"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listTrusts}
      columns={columns}
      rowKey={({ resource, action, item, cohort, example }) =>
        `${resource} ${action} ${item} ${JSON.stringify(cohort)} ${example}`
      }
      filters={[
        { name: 'state', label: words.state, values: words.states },
        { name: 'item', label: words.item, values: words.items },
        { name: 'application', label: words.application },
      ]}
    >
      <DetailSection title={words.figures} queryKey={['trusts', 'figures']} load={trustFigures}>
        {(figures) => (
          <Facts
            of={[
              [words.live, figures.live],
              [words.states.discovered, figures.discovered],
              [words.states.owned, figures.owned],
              [words.states.documented, figures.documented],
              [words.states.lapsed, figures.lapsed],
              [words.states.eliminated, figures.eliminated],
            ]}
          />
        )}
      </DetailSection>
    </ListPage>
  );
}
