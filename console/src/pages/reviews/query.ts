// What the pages of access reviews ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { Entered } from '../../components/FormAction.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type Review = Schemas['AccessReview'];
export type ReviewDetails = Schemas['AccessReviewDetail'];
export type Item = Schemas['AccessReviewItem'];
export type Progress = Schemas['ReviewerProgress'];
export type Verdict = Schemas['AccessVerdict'];

const path = (id: string) => ({ params: { path: { id } } });

export const listReviews = (search: ListSearch) => answerOf(api.GET('/api/v1/reviews', pageOf(search)));
export const showReview = (id: string) => answerOf(api.GET('/api/v1/reviews/{id}', path(id)));
export const closeReview = (id: string) => answerOf(api.POST('/api/v1/reviews/{id}/close', path(id)));

export const listItems = (id: string, search: ListSearch) => {
  const { params } = pageOf(search);
  return answerOf(api.GET('/api/v1/reviews/{id}/items', { params: { path: { id }, ...params } }));
};

export const readReport = (id: string, format: 'json' | 'csv') =>
  answerOf(api.GET('/api/v1/reviews/{id}/report', { params: { path: { id }, query: { format } } }));

export const decide = ({ review, number }: Item, verdict: Verdict, reason?: string) =>
  answerOf(
    api.POST('/api/v1/me/reviews/{id}/decide', {
      ...path(review),
      body: { items: [number], verdict, ...(reason ? { reason } : {}) },
    }),
  );

/** Returns a page of what the person is asked, with the items of one person, or of one group or resource, in a row. */
export async function listInbox({ by, ...search }: ListSearch) {
  const page = await answerOf(api.GET('/api/v1/me/reviews', pageOf(search)));
  const key = (item: Item) => [item.review, groupOf(item, by), item.number] as const;
  const items = [...page.items].sort((one, other) => {
    const [review, name, number] = key(one);
    const [otherReview, otherName, otherNumber] = key(other);
    return review.localeCompare(otherReview) || name.localeCompare(otherName) || number - otherNumber;
  });
  return { ...page, items };
}

/** Returns what an item is grouped by: whose access it is, or what it gives. */
export const groupOf = (item: Item, by: string | undefined) =>
  by === 'access' ? `${item.target_name} ${item.source ?? ''}` : item.name;

/** Returns the request that a form means. */
export function requestOf(entered: Entered): Schemas['NewAccessReview'] {
  const { title = '', where = '', group, only, reviewers = '', fallback = '', days = '' } = entered;
  const isRule = reviewers === 'owner' || reviewers === 'manager';
  const here = where === 'here';
  return {
    title,
    scope: {
      here,
      privileged: only === 'privileged',
      contractors: only === 'contractors',
      ...(!here && where ? { source: where } : {}),
      ...(group ? { group } : {}),
    },
    ...(isRule ? { reviewers } : { reviewers: 'person', reviewer: reviewers }),
    fallback,
    due_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
    undecided: 'nothing',
  };
}

export const previewReview = (entered: Entered) =>
  answerOf(api.POST('/api/v1/reviews/preview', { body: requestOf(entered) }));
export const openReview = (entered: Entered) => answerOf(api.POST('/api/v1/reviews', { body: requestOf(entered) }));
