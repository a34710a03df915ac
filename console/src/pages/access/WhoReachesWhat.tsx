// Who can reach what and who can come to control what, by what the sources say: a question, and its answer with the paths.

import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { Filters } from '../../components/ListPage.tsx';
import { changed, type ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { texts } from '../../texts/index.ts';
import { NodeLink, PathChain } from './PathChain.tsx';
import {
  type AccessAsOf,
  type AccessEnd,
  type Answer,
  ask,
  isComplete,
  listSources,
  type PathAnswer,
  questionOf,
} from './query.ts';

const words = texts.pages.access;
const inventory = texts.pages.inventory;

const columns: Column<AccessEnd>[] = [
  { id: 'name', header: inventory.name, cell: ({ node }) => <NodeLink node={node} /> },
  {
    id: 'kind',
    header: inventory.kind,
    cell: ({ node: { kind } }) => (kind ? inventory.kinds[kind] : inventory.mentioned),
  },
  {
    id: 'level',
    header: words.level,
    cell: ({ level, conditional }) => (
      <>
        {level ? inventory.levels[level] : texts.words.none}
        {conditional && <Text size="sm">{inventory.conditional}</Text>}
      </>
    ),
  },
  { id: 'path', header: words.path, cell: ({ path }) => <PathChain of={path} /> },
];

/** Rights have levels, control has none. */
const hasLevels = (answer: Answer) => answer.to === 'access' && answer.list.means === 'reach';

export function WhoReachesWhat() {
  useTitle(words.title);
  const search = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const go = (next: ListSearch) => void navigate({ to: '.', search: next as never });
  const sources = useQuery({ queryKey: ['sources', 'all'], queryFn: listSources });
  const isAsked = isComplete(search);
  const query = useQuery({
    queryKey: ['access', search],
    queryFn: () => ask(search),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
  const question = questionOf(search);
  const named = Object.fromEntries((sources.data?.items ?? []).map(({ name, title }) => [name, title]));
  return (
    <Stack>
      <div>
        <Title order={1}>{words.title}</Title>
        <Text c="dimmed">{words.lead}</Text>
      </div>
      <Filters
        search={{ ...search, question }}
        filters={[
          { name: 'question', label: words.question, values: words.questions },
          { name: 'source', label: inventory.source, values: named },
          ...(question === 'tier-zero' ? [] : [{ name: 'node', label: words.node }]),
          ...(question === 'path' ? [{ name: 'to', label: words.to }] : []),
        ]}
        go={go}
      />
      {question === 'path' && !search.to && <Text size="sm">{words.toTierZero}</Text>}
      {!isAsked && <Empty>{words.incomplete}</Empty>}
      {isAsked && query.isPending && <Loading what={words.title} />}
      {isAsked && query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {isAsked && query.isSuccess && <Answered of={query.data} search={search} go={go} />}
    </Stack>
  );
}

function Answered(props: { of: Answer; search: ListSearch; go: (search: ListSearch) => void }) {
  const { of: answer, search, go } = props;
  if (answer.to === 'path') {
    return (
      <>
        <OnePath of={answer.path} />
        <AsOf of={answer.path.as_of} />
      </>
    );
  }
  const { items, total, next, as_of: asOf } = answer.list;
  return (
    <>
      <Summary of={answer} />
      {items.length === 0 ? (
        <Empty />
      ) : (
        <DataTable
          label={words.title}
          rows={items}
          rowKey={({ node: { source, key } }) => `${source}/${key}`}
          columns={hasLevels(answer) ? columns : columns.filter(({ id }) => id !== 'level')}
        />
      )}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {words.shown(items.length, total)}
        </Text>
        <Group>
          {search.cursor && (
            <Button variant="default" onClick={() => go(changed(search, {}))}>
              {texts.list.first}
            </Button>
          )}
          {next && (
            <Button variant="default" onClick={() => go(changed(search, { cursor: next }))}>
              {texts.list.next}
            </Button>
          )}
        </Group>
      </Group>
      <AsOf of={asOf} />
    </>
  );
}

function Summary({ of: answer }: { of: Exclude<Answer, { to: 'path' }> }) {
  switch (answer.to) {
    case 'tier-zero': {
      const { tier_zero: nodes, tier_zero_total: total, accounts, of_accounts: all } = answer.list;
      return (
        <Stack gap="xs">
          <Text>{words.exposure(accounts, all)}</Text>
          <Text>
            {words.isTierZero(total)}{' '}
            {nodes.slice(0, 10).map((node, place) => (
              <span key={`${node.source}/${node.key}`}>
                {place > 0 && ', '}
                <NodeLink node={{ ...node, tier_zero: false }} />
              </span>
            ))}
            {total > 10 && ` ${words.andMore(total - 10)}`}
          </Text>
        </Stack>
      );
    }
    case 'compromise': {
      const { node, total, reaches_tier_zero: reaches, rights } = answer.list;
      return (
        <Alert
          variant="outline"
          color={reaches ? 'red' : 'gray'}
          title={reaches ? words.reachesTierZero : words.reachesNoTierZero}
        >
          <Text>{words.compromised(node.name, total)}</Text>
          <Text>{words.rights(rights.administer, rights.write, rights.read, rights.unstated)}</Text>
        </Alert>
      );
    }
    default: {
      const { node } = answer.list;
      return (
        <Text>
          {words.about} <NodeLink node={node} />
        </Text>
      );
    }
  }
}

function OnePath({ of: { from, to, path } }: { of: PathAnswer }) {
  if (!path) return <Empty>{words.noPath(from.name, to?.name)}</Empty>;
  if (path.steps.length === 0) return <Text>{from.tier_zero ? words.isTierZeroItself(from.name) : words.same}</Text>;
  return <PathChain of={path} />;
}

function AsOf({ of: { read_at: readAt, sources, being_read: isBeingRead } }: { of: AccessAsOf }) {
  return (
    <Text size="sm" c="dimmed">
      {words.asOf} <Moment at={readAt} />:{' '}
      {sources.map(({ source, import: n }) => words.ofImport(source, n)).join(', ')}
      {isBeingRead && ` ${words.beingRead}`}
    </Text>
  );
}
