// The access reviews, with how far each is.

import { useSearch } from '@tanstack/react-router';
import { ADMINISTERS } from '../../api/me.ts';
import type { Column } from '../../components/DataTable.tsx';
import { FormAction, Sentences } from '../../components/FormAction.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { listReviews, openReview, previewReview, type Review } from './query.ts';

const words = texts.pages.reviews;

const columns: Column<Review>[] = [
  {
    id: 'title',
    header: words.name,
    cell: ({ id, title }) => <RouteLink to={`/reviews/${id}`}>{title}</RouteLink>,
  },
  { id: 'state', header: words.state, cell: ({ state }) => words.reviewStates[state] },
  {
    id: 'decided',
    header: words.decided,
    cell: ({ items, undecided }) => words.decidedOf(items - undecided, items),
  },
  { id: 'revoked', header: words.revoked, cell: ({ revoked }) => revoked.toLocaleString() },
  { id: 'due', header: words.due, sort: 'due_at', cell: ({ due_at: at }) => <Moment at={at} /> },
  { id: 'opened', header: words.opened, sort: 'opened_at', cell: ({ opened_at: at }) => <Moment at={at} /> },
];

const fields = [
  { name: 'title', label: words.name },
  { name: 'where', label: words.where, about: words.whereAbout, optional: true },
  { name: 'group', label: words.group, optional: true },
  { name: 'only', label: words.only, options: ['privileged', 'contractors'], optional: true },
  { name: 'reviewers', label: words.reviewers, about: words.reviewersAbout, initial: 'owner' },
  { name: 'fallback', label: words.fallback, about: words.fallbackAbout },
  { name: 'days', label: words.days, number: [1, 366] as const, initial: '30' },
];

export function ReviewList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="reviews"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listReviews}
      columns={columns}
      rowKey={({ id }) => id}
      filters={[{ name: 'state', label: words.state, values: words.reviewStates }]}
      actions={
        <FormAction
          label={words.open}
          need={ADMINISTERS}
          fields={fields}
          preview={async (entered) => {
            const found = await previewReview(entered);
            const who = found.reviewers.map(({ reviewer, items }) => words.gets(reviewer.name ?? reviewer.id, items));
            const counted = words.counted(found.items, found.privileged, found.without_use);
            return <Sentences of={[counted, words.elsewhere(found.redirected, found.without_reviewer), ...who]} />;
          }}
          act={openReview}
        />
      }
    />
  );
}
