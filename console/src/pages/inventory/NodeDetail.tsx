// One thing that a source describes: what it says, how it is known, and its relations both ways.

import { Button, Group, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { DetailPage, type Fact } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { shownAttributes } from './attributes.ts';
import { type InventoryEdge, type InventoryNode, listEdges, type NodeEnd, showNode } from './query.ts';

const words = texts.pages.inventory;

export function NodeDetail() {
  const { source = '', key = '' } = useSearch({ strict: false }) as { source?: string; key?: string };
  const query = useQuery({ queryKey: ['inventory', 'node', source, key], queryFn: () => showNode(source, key) });
  return (
    <DetailPage
      kind={query.data ? words.kinds[query.data.node.kind] : words.one}
      query={query}
      title={({ node }) => node.name}
      facts={(known) => [
        [words.key, known.node.key],
        [
          words.source,
          <RouteLink key="source" to={`/sources/${known.node.source}`}>
            {known.source_title}
          </RouteLink>,
        ],
        [words.imported, <Moment key="imported" at={known.imported_at} />],
        [words.since, known.since ? <Moment key="since" at={known.since} /> : undefined],
        ...shownAttributes(known.node.attributes).map(
          ({ name, value, isMoment }): Fact => [name, isMoment ? <Moment key={name} at={value} /> : value],
        ),
      ]}
    >
      {(known) => (
        <>
          <Questions of={known.node} />
          <Edges title={words.has} of={{ source, key }} end="from" />
          <Edges title={words.leads} of={{ source, key }} end="to" />
        </>
      )}
    </DetailPage>
  );
}

/** Links to what the graph of all sources answers about it. */
function Questions({ of: { source, key, kind } }: { of: InventoryNode }) {
  // Nobody has a right to an account; it can come under control.
  const isReached = kind === 'group' || kind === 'role' || kind === 'resource';
  const asked = Object.entries(words.ask).filter(([question]) => isReached || question !== 'who-can');
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {words.reached}
      </Title>
      <Group>
        {asked.map(([question, label]) => (
          <RouteLink key={question} to="/access" search={{ question, source, node: key }} isUnderlined>
            {label}
          </RouteLink>
        ))}
      </Group>
    </section>
  );
}

function Edges({
  title,
  of: { source, key },
  end,
}: {
  title: string;
  of: { source: string; key: string };
  end: NodeEnd;
}) {
  const query = useInfiniteQuery({
    queryKey: ['inventory', 'edges', source, key, end],
    queryFn: ({ pageParam }) => listEdges(source, key, end, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const other = (edge: InventoryEdge) => (end === 'from' ? edge.to : edge.from);
  const columns: Column<InventoryEdge>[] = [
    { id: 'relation', header: words.relation, cell: ({ relation }) => words.relations[relation] },
    {
      id: 'other',
      header: words.name,
      cell: (edge) =>
        edge.other_name ? (
          <RouteLink to="/inventory/node" search={{ source, key: other(edge) }}>
            {edge.other_name}
          </RouteLink>
        ) : (
          other(edge)
        ),
    },
    { id: 'kind', header: words.kind, cell: ({ other_kind: kind }) => (kind ? words.kinds[kind] : words.mentioned) },
    { id: 'rights', header: words.rights, cell: (edge) => <Rights edge={edge} /> },
    { id: 'granted', header: words.grantedBy, cell: ({ attributes }) => attributes.granted_by ?? texts.words.none },
  ];
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      {query.isPending && <Loading what={title} />}
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <Empty>{words.noEdges}</Empty>}
      {rows.length > 0 && (
        <DataTable
          label={title}
          rows={rows}
          rowKey={({ from, relation, to }) => `${from} ${relation} ${to}`}
          columns={columns}
        />
      )}
      {query.hasNextPage && (
        <Button variant="default" mt="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </section>
  );
}

function Rights({ edge: { attributes } }: { edge: InventoryEdge }) {
  const rights = attributes.rights?.join(', ');
  return (
    <>
      {rights || texts.words.none}
      {attributes.level && <Text size="sm">{words.levels[attributes.level]}</Text>}
      {attributes.conditional && <Text size="sm">{words.conditional}</Text>}
    </>
  );
}
