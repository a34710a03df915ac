// One proposal: what it would change, in words and as the facts that it states.

import { Code, List, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ANSWERS, meQuery } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { Independence } from './Independence.tsx';
import { ProposalActions } from './ProposalActions.tsx';
import { type Proposal, showProposal } from './query.ts';

const words = texts.pages.proposals;

export function ProposalDetail() {
  const { proposal: id = '' } = useParams({ strict: false }) as { proposal?: string };
  const me = useQuery(meQuery).data;
  const query = useQuery({ queryKey: ['proposals', id], queryFn: () => showProposal(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ by, by_name, email }) => words.titleOf(email ?? by_name ?? by)}
      facts={(proposal) => [
        [words.by, <Named key="author" id={proposal.by} name={proposal.by_name} />],
        [texts.pages.people.state, words.states[proposal.state]],
        [words.at, <Moment key="at" at={proposal.proposed_at} />],
        [words.until, <Moment key="until" at={proposal.expires_at} />],
        [
          words.answeredBy,
          proposal.answered_by ? (
            <Named key="by" id={proposal.answered_by} name={proposal.answered_by_name} />
          ) : undefined,
        ],
        [words.answeredAt, proposal.answered_at ? <Moment key="answered" at={proposal.answered_at} /> : undefined],
        [words.answer, proposal.answer ?? undefined],
        [words.digest, proposal.digest],
        [texts.pages.people.id, proposal.id],
      ]}
      actions={(proposal) => <ProposalActions proposal={proposal} />}
    >
      {(proposal) => (
        <>
          <WhatChangingNeeds need={ANSWERS} />
          {proposal.state === 'open' && proposal.by === me?.id && <Empty>{words.ownProposal}</Empty>}
          {proposal.state === 'open' && proposal.by !== me?.id && <Independence of={proposal.caller} />}
          <WhatItChanges proposal={proposal} />
        </>
      )}
    </DetailPage>
  );
}

function WhatItChanges({ proposal: { text, facts = [] } }: { proposal: Proposal }) {
  return (
    <section aria-label={words.changes}>
      <Title order={2} size="h3" mb="xs">
        {words.changes}
      </Title>
      <List>
        {text.split('\n').map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      {facts.length > 0 && (
        <details>
          <summary>{words.asFacts(facts.length)}</summary>
          <Code block tabIndex={0} mah="24rem">
            {JSON.stringify(facts, null, 2)}
          </Code>
        </details>
      )}
    </section>
  );
}
