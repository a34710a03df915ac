// One policy in force: its source, who answers for it, and what the lint found.

import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { Review } from './PoliciesList.tsx';
import { type Finding, type LintedPolicy, showPolicy } from './query.ts';
import { Source } from './Source.tsx';

const words = texts.pages.policies;

const columns: Column<Finding>[] = [
  { id: 'severity', header: words.lint, cell: ({ severity }) => words.severities[severity] },
  { id: 'code', header: words.code, cell: ({ code }) => code },
  { id: 'line', header: words.line, cell: ({ line }) => line },
  { id: 'message', header: words.finding, cell: ({ message }) => message },
  { id: 'remedy', header: words.remedy, cell: ({ remedy }) => remedy },
];

export function PolicyDetail() {
  const { policy: id = '' } = useParams({ strict: false }) as { policy?: string };
  const query = useQuery({ queryKey: ['policies', 'one', id], queryFn: () => showPolicy(id) });
  if (query.isSuccess && query.data === null) {
    return (
      <Stack>
        <Title order={1}>{words.noSuch}</Title>
        <Text>{words.noSuchDetail(id)}</Text>
        <RouteLink to="/versions">{words.history}</RouteLink>
      </Stack>
    );
  }
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(policy) => policy?.id ?? id}
      facts={(policy) =>
        policy
          ? [
              [words.kind, words.kinds[policy.kind]],
              [words.application, policy.application && <Application name={policy.application} />],
              [words.owner, policy.owner],
              [words.reason, policy.reason],
              [words.stage, stageOf(policy)],
              [words.review, <Review key="review" of={policy} />],
              [words.exceptions, policy.reads_exceptions ? words.permitsExceptions : words.permitsNone],
              [words.file, `${policy.file}:${policy.line}`],
            ]
          : []
      }
      actions={(policy) => policy && <ChangeFile path={policy.file} />}
    >
      {(policy) => policy && <Body policy={policy} />}
    </DetailPage>
  );
}

function stageOf({ stage, rolled_out }: LintedPolicy): string {
  if (stage === 'enforce') return words.stages.enforce;
  return typeof rolled_out === 'number' ? words.rolledOut(rolled_out) : words.onTrial;
}

function Application({ name }: { name: string }) {
  return <RouteLink to={`/applications/${name}`}>{name}</RouteLink>;
}

function ChangeFile({ path }: { path: string }) {
  return (
    <Button variant="default" component={Link} to={'/change' as never} search={{ file: path } as never}>
      {words.changeThis}
    </Button>
  );
}

function Body({ policy: { id, text, line, findings } }: { policy: LintedPolicy }) {
  return (
    <>
      <section>
        <Title order={2} size="h3" mb="xs">
          {words.findings}
        </Title>
        {findings.length === 0 ? (
          <Empty>{words.noFindings}</Empty>
        ) : (
          <DataTable
            label={words.findings}
            rows={findings}
            columns={columns}
            rowKey={({ code, line, message }) => `${code} ${line} ${message}`}
          />
        )}
      </section>
      <section>
        <Title order={2} size="h3" mb="xs">
          {words.source}
        </Title>
        <Source label={words.sourceOf(id)} text={text} first={line} marked={findings.map((found) => found.line)} />
      </section>
      <History about={`policy:${id}`} />
    </>
  );
}
