// The policies in force, with their owners, their reviews and what the lint found.

import { Alert, Badge, Button, List, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { DANGER } from '../../components/colours.ts';
import type { Column } from '../../components/DataTable.tsx';
import { Facts } from '../../components/DetailPage.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { Digest } from './Digest.tsx';
import { type LintedPolicy, lintedPolicies, type Policy, setQuery } from './query.ts';
import { countedFindings, selected } from './select.ts';
import classes from './Whole.module.css';

const words = texts.pages.policies;

const columns: Column<LintedPolicy>[] = [
  {
    id: 'id',
    header: words.id,
    sort: 'id',
    cell: ({ id }) => (
      <span className={classes.whole}>
        <RouteLink to={`/policies/${id}`}>{id}</RouteLink>
      </span>
    ),
  },
  { id: 'kind', header: words.kind, cell: ({ kind }) => words.kinds[kind] },
  { id: 'owner', header: words.owner, sort: 'owner', cell: ({ owner }) => owner },
  { id: 'stage', header: words.stage, cell: ({ stage }) => words.stages[stage] },
  { id: 'review', header: words.review, sort: 'review', cell: (policy) => <Review of={policy} /> },
  { id: 'lint', header: words.lint, cell: ({ findings }) => <Counted findings={findings} /> },
  { id: 'reason', header: words.reason, cell: ({ reason }) => reason },
];

export function PoliciesList() {
  const search = useSearch({ strict: false }) as ListSearch;
  const queries = useQueryClient();
  const set = useQuery(setQuery);
  const owners = [...new Set(set.data?.policies.map(({ owner }) => owner))].toSorted();
  return (
    <ListPage
      name="policies"
      title={words.title}
      lead={words.lead}
      search={search}
      load={async (asked) => ({ items: selected(await lintedPolicies(queries.fetchQuery(setQuery)), asked) })}
      columns={columns}
      rowKey={({ id }) => id}
      searchLabel={words.search}
      filters={[
        { name: 'kind', label: words.kind, values: words.kinds },
        { name: 'owner', label: words.owner, values: Object.fromEntries(owners.map((owner) => [owner, owner])) },
        { name: 'stage', label: words.stage, values: words.stages },
        { name: 'review', label: words.review, values: words.reviews },
        { name: 'finding', label: words.lint, values: words.lints },
      ]}
      actions={
        <>
          <Button variant="default" component={Link} to={'/versions' as never}>
            {words.history}
          </Button>
          <Button variant="default" component={Link} to={'/change' as never}>
            {words.change}
          </Button>
        </>
      }
      above={<SetInForce />}
    />
  );
}

/** Which version is in force, since when and why, and what is wrong with the set. */
function SetInForce() {
  const set = useQuery(setQuery).data;
  if (!set) return null;
  return (
    <Stack gap="sm">
      <Facts
        of={[
          [words.version, <Digest key="version" of={set.version} />],
          [words.published, set.published_at ? <Moment key="published" at={set.published_at} /> : words.neverPublished],
          [words.why, set.why ?? undefined],
        ]}
      />
      {set.problem && (
        <Alert color="red" variant="outline" role="alert" title={words.notInForce}>
          {set.problem}
        </Alert>
      )}
      {set.warnings.length > 0 && (
        <Alert color="yellow" variant="outline" title={words.warnings}>
          <List>
            {set.warnings.map(({ file, line, message }) => (
              <List.Item key={`${file} ${line} ${message}`}>
                {file}
                {line && `:${line}`}: {message}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}

/** The day of the review, and whether it has passed. */
export function Review({ of: { review, overdue } }: { of: Pick<Policy, 'review' | 'overdue'> }) {
  return (
    <>
      {review}{' '}
      {overdue && (
        <Badge color="red" c={DANGER} variant="outline" miw="max-content">
          {words.overdue}
        </Badge>
      )}
    </>
  );
}

function Counted({ findings }: Pick<LintedPolicy, 'findings'>) {
  const counted = countedFindings(findings).map(({ severity, count }) => words.counted[severity](count));
  return counted.length > 0 ? counted.join(', ') : texts.words.none;
}
