// One access review: how far it is, how its reviewers decide, and its sealed report.

import { Button, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { DetailPage } from '../../components/DetailPage.tsx';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { save } from '../../components/save.ts';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { History } from '../journal/History.tsx';
import { closeReview, type Progress, type Review, type ReviewDetails, readReport, showReview } from './query.ts';

const words = texts.pages.reviews;

export function ReviewDetail() {
  const { review: id = '' } = useParams({ strict: false }) as { review?: string };
  const query = useQuery({ queryKey: ['reviews', 'one', id], queryFn: () => showReview(id) });
  return (
    <DetailPage
      kind={words.one}
      query={query}
      title={({ review }) => review.title}
      facts={({ review, without_reviewer: without }) => [
        [words.state, words.reviewStates[review.state]],
        [words.scope, scopeOf(review)],
        [words.reviewers, review.reviewer?.name ?? words.rules[review.reviewers]],
        [words.fallback, <Named key="fallback" id={review.fallback.id} name={review.fallback.name} />],
        [words.escalated, review.escalate_at ? <Moment key="escalated" at={review.escalate_at} /> : undefined],
        [words.due, <Moment key="due" at={review.due_at} />],
        [words.afterwards, words.outcomes[review.undecided_outcome]],
        [words.decided, words.decidedOf(review.items - review.undecided, review.items)],
        [words.kept, review.kept.toLocaleString()],
        [words.revoked, review.revoked.toLocaleString()],
        [words.withoutReviewer, without.toLocaleString()],
        [words.opened, <Moment key="opened" at={review.opened_at} />],
        [words.openedBy, <Named key="by" id={review.opened_by} name={review.opened_by_name} />],
        [words.closed, review.closed_at ? <Moment key="closed" at={review.closed_at} /> : undefined],
        [words.digest, review.report],
        [texts.pages.people.id, review.id],
      ]}
      actions={({ review }) =>
        review.state === 'open' ? (
          <ActionButton
            label={words.close}
            preview={words.closeConfirm(review.title, review.undecided)}
            need={ADMINISTERS}
            act={() => closeReview(review.id)}
            danger
          />
        ) : (
          <Report review={review} />
        )
      }
    >
      {(found) => (
        <>
          <section>
            <Title order={2} size="h3" mb="xs">
              {words.items}
            </Title>
            <RouteLink to={`/reviews/${found.review.id}/items`}>{words.allItems(found.review.items)}</RouteLink>
            <WhatChangingNeeds need={ADMINISTERS} />
          </section>
          <section>
            <Title order={2} size="h3" mb="xs">
              {words.reviewers}
            </Title>
            <Reviewers found={found} />
          </section>
          <History about={found.review.id} />
        </>
      )}
    </DetailPage>
  );
}

function scopeOf({ scope }: Review): string {
  const parts = [
    scope.source && words.in(scope.source),
    scope.here && words.in(words.here),
    scope.group && words.throughGroup(scope.group),
    scope.privileged && words.privileged,
    scope.contractors && words.external,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Saves the report, and says whether it is still the one that was sealed. */
function Report({ review }: { review: Review }) {
  const reading = useMutation({
    mutationFn: (format: 'json' | 'csv') => readReport(review.id, format),
    onSuccess: (report) =>
      save(report.file_name, report.text, report.format === 'csv' ? 'text/csv' : 'application/json'),
  });
  return (
    <>
      <Button variant="default" loading={reading.isPending} onClick={() => reading.mutate('json')}>
        {words.reportJson}
      </Button>
      <Button variant="default" loading={reading.isPending} onClick={() => reading.mutate('csv')}>
        {words.reportCsv}
      </Button>
      {reading.isSuccess && (
        <Text role="status">{reading.data.is_sealed && reading.data.is_as_asked ? words.isSealed : words.isOther}</Text>
      )}
      {reading.isError && <Failed error={reading.error} />}
    </>
  );
}

function Reviewers({ found }: { found: ReviewDetails }) {
  const share = (part: number, { decided }: Progress) =>
    decided > 0 ? `${Math.floor((part * 100) / decided)} %` : texts.words.none;
  return (
    <>
      <DataTable
        label={words.reviewers}
        rows={found.reviewers}
        rowKey={({ reviewer }) => reviewer.id}
        columns={[
          {
            id: 'reviewer',
            header: words.reviewer,
            cell: ({ reviewer }) => <Named id={reviewer.id} name={reviewer.name} />,
          },
          { id: 'items', header: words.items, cell: ({ items }) => items.toLocaleString() },
          { id: 'undecided', header: words.undecided, cell: ({ undecided }) => undecided.toLocaleString() },
          { id: 'decided', header: words.decided, cell: ({ decided }) => decided.toLocaleString() },
          { id: 'kept', header: words.keptShare, cell: (progress) => share(progress.kept, progress) },
          { id: 'together', header: words.together, cell: (progress) => share(progress.together, progress) },
          {
            id: 'median',
            header: words.median,
            cell: ({ median_seconds: seconds }) => seconds?.toLocaleString() ?? texts.words.none,
          },
        ]}
      />
      <Text size="sm" c="dimmed">
        {found.what_is_counted}
      </Text>
    </>
  );
}
