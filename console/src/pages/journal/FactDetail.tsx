// One fact of the journal, with all that it says.

import { Code, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { texts } from '../../texts/index.ts';
import { whyOf } from './facts.ts';
import { showFact } from './query.ts';

const words = texts.pages.journal;

export function FactDetail() {
  const { sequence = '' } = useParams({ strict: false }) as { sequence?: string };
  const query = useQuery({
    queryKey: ['facts', 'one', sequence],
    queryFn: () => showFact(sequence),
  });
  if (query.isSuccess && query.data === null) {
    return (
      <Stack data-state="failed">
        <Title order={1}>{words.noSuch}</Title>
        <Text>{words.noSuchDetail(sequence)}</Text>
      </Stack>
    );
  }
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={(fact) => (fact ? words.factTitle(fact.kind, fact.sequence) : words.one)}
      facts={(fact) =>
        fact
          ? [
              [words.at, <Moment key="at" at={fact.at} />],
              [words.by, <Named key="by" id={fact.by} name={fact.names?.[fact.by]} />],
              [words.why, whyOf(fact)],
              [
                words.about,
                <Stack key="about" gap={0} align="start">
                  {fact.about.map((subject) => (
                    <Named key={subject} id={subject} name={fact.names?.[subject]} />
                  ))}
                </Stack>,
              ],
              [words.sequence, fact.sequence],
            ]
          : []
      }
    >
      {(fact) => (
        <section aria-label={words.body}>
          <Title order={2} size="h3" mb="xs">
            {words.body}
          </Title>
          <Code block tabIndex={0}>
            {JSON.stringify(fact?.body, null, 2)}
          </Code>
        </section>
      )}
    </DetailPage>
  );
}
