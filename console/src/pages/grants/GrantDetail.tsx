// One grant: who asked for what, what came of it, and its history.

import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ANSWERS, meQuery } from '../../api/me.ts';
import { WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { shownSpan } from '../../components/moments.ts';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { Empty } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { GrantActions } from './GrantActions.tsx';
import { Independence } from './Independence.tsx';
import { showGrant } from './query.ts';

const words = texts.pages.grants;
const people = texts.pages.people;

export function GrantDetail() {
  const { grant: id = '' } = useParams({ strict: false }) as { grant?: string };
  const me = useQuery(meQuery).data;
  const query = useQuery({ queryKey: ['grants', id], queryFn: () => showGrant(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ email, application }) => words.titleOf(email, application)}
      facts={(grant) => [
        [
          words.who,
          <RouteLink key="who" to={`/people/${grant.person}`}>
            {grant.email}
          </RouteLink>,
        ],
        [people.application, <Named key="application" id={`application:${grant.application}`} />],
        [people.state, people.grantStates[grant.state]],
        [people.why, grant.reason],
        [people.asked, <Moment key="asked" at={grant.requested_at} />],
        [words.span, shownSpan(grant.duration_seconds)],
        [people.expires, grant.expires_at ? <Moment key="expires" at={grant.expires_at} /> : undefined],
        [
          words.answeredBy,
          grant.answered_by ? <Named key="by" id={grant.answered_by} name={grant.answered_by_name} /> : undefined,
        ],
        [words.answerWas, grant.answer ?? undefined],
        [people.id, grant.id],
      ]}
      actions={(grant) => <GrantActions grant={grant} />}
    >
      {(grant) => (
        <>
          <WhatChangingNeeds need={ANSWERS} />
          {grant.state === 'requested' && grant.person === me?.id && <Empty>{words.ownRequest}</Empty>}
          {grant.state === 'requested' && grant.person !== me?.id && <Independence of={grant.caller} />}
          <History about={grant.id} />
        </>
      )}
    </DetailPage>
  );
}
