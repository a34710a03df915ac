// One decision: the sentence that explains it, what it read, which policies determined it, and what would change it.

import { Button, List, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { shownSpan } from '../../components/moments.ts';
import { Named } from '../../components/Named.tsx';
import { Empty, Loading } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { changesOf, textOf } from './changes.ts';
import { Effect } from './columns.tsx';
import { whyDecision } from './query.ts';

const words = texts.pages.decisions;

const AskAgain = lazy(() => import('./AskAgain.tsx'));

export function DecisionDetail() {
  const { decision: id = '' } = useParams({ strict: false }) as { decision?: string };
  const query = useQuery({ queryKey: ['decisions', id], queryFn: () => whyDecision(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ explanation }) => explanation.summary}
      facts={({ decision }) => [
        [words.effect, <Effect key="effect" of={decision} />],
        [words.at, <Moment key="at" at={decision.at} />],
        [words.who, <Named key="who" id={decision.principal} name={decision.principal_name} />],
        [words.resource, decision.resource],
        [words.action, decision.action],
        [words.item, `${decision.operation} ${decision.item}`],
        [words.sensitivity, decision.labelled ? decision.sensitivity : `${decision.sensitivity} (${words.unlabelled})`],
        [words.gate, decision.gate],
        [words.outcome, outcome(decision.completion)],
        [words.id, decision.id],
      ]}
    >
      {({ explanation }) => (
        <>
          <Section title={words.policies}>
            {explanation.determined_by.length === 0 ? (
              <Empty>{words.noPolicies}</Empty>
            ) : (
              <DataTable
                label={words.policies}
                rows={explanation.determined_by}
                rowKey={(policy) => policy.id}
                columns={[
                  {
                    id: 'policy',
                    header: words.policy,
                    cell: (policy) => (policy.place ? <Named id={`policy:${policy.id}`} /> : policy.id),
                  },
                  { id: 'reason', header: words.reason, cell: (policy) => policy.reason },
                  { id: 'owner', header: words.owner, cell: (policy) => policy.owner ?? texts.words.none },
                  { id: 'place', header: words.place, cell: (policy) => policy.place ?? texts.words.none },
                ]}
              />
            )}
          </Section>
          <Section title={words.evidence}>
            {explanation.evidence.length === 0 ? (
              <Empty>{words.noEvidence}</Empty>
            ) : (
              <DataTable
                label={words.evidence}
                rows={explanation.evidence}
                rowKey={({ item, text }) => `${item} ${text}`}
                columns={[
                  { id: 'item', header: words.evidenceItem, cell: ({ item }) => item },
                  { id: 'text', header: words.read, cell: ({ text }) => text },
                  {
                    id: 'age',
                    header: words.age,
                    cell: ({ age_seconds }) => (age_seconds == null ? texts.words.none : shownSpan(age_seconds)),
                  },
                ]}
              />
            )}
          </Section>
          <Sentences title={words.remedies} of={explanation.remedies} />
          <Sentences title={words.notes} of={explanation.notes} />
          <Again decision={id} />
        </>
      )}
    </DetailPage>
  );
}

/** "Ask again with ...": it is open once the address says which policies are asked. */
function Again({ decision }: { decision: string }) {
  const { with: stated, policies, single } = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const go = (search: ListSearch) =>
    void navigate({ to: '.', search: search as never, replace: true, resetScroll: false });
  const isOpen = policies === 'then' || policies === 'now';
  return (
    <Section title={texts.pages.again.title}>
      {isOpen ? (
        <Suspense fallback={<Loading what={texts.pages.again.waiting} />}>
          <AskAgain
            decision={decision}
            policies={policies}
            changes={changesOf(stated)}
            isSingle={single === 'yes'}
            change={({ policies, changes, isSingle }) =>
              go({
                policies,
                ...(changes.length > 0 && { with: textOf(changes) }),
                ...(isSingle && { single: 'yes' }),
              })
            }
          />
        </Suspense>
      ) : (
        <Button variant="default" onClick={() => go({ policies: 'then' })}>
          {texts.pages.again.open}
        </Button>
      )}
    </Section>
  );
}

function outcome(completion: { ended: string; status: number } | null | undefined): string {
  return completion ? words.ended(completion.ended, completion.status) : words.notEnded;
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Sentences({ title, of }: { title: string; of: string[] }) {
  if (of.length === 0) return null;
  return (
    <Section title={title}>
      <List>
        {of.map((text) => (
          <List.Item key={text}>
            <Text inherit>{text}</Text>
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
