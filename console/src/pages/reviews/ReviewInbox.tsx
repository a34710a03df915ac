// What the signed-in person is asked to review: the evidence of use beside each item, and the decision one press away.

import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { usePermission, WRITES_OWN } from '../../api/me.ts';
import { ActionButton, WhatChangingNeeds } from '../../components/ActionButton.tsx';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Failed } from '../../components/states.tsx';
import { texts } from '../../texts/index.ts';
import { accessColumns, Whose } from './ItemColumns.tsx';
import { decide, type Item, listInbox } from './query.ts';

const words = texts.pages.reviews;

const columns: Column<Item>[] = [
  { id: 'whose', header: words.whose, cell: (item) => <Whose item={item} /> },
  ...accessColumns,
  {
    id: 'review',
    header: words.asked,
    cell: ({ title, due_at: at }) => (
      <>
        {title}, {words.dueAt} <Moment at={at} />
      </>
    ),
  },
  { id: 'decide', header: words.decision, cell: (item) => <Decide item={item} /> },
];

export function ReviewInbox() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="review-inbox"
      title={words.inbox}
      lead={words.inboxLead}
      search={search}
      load={listInbox}
      columns={columns}
      rowKey={({ review, number }) => `${review} ${number}`}
      searchLabel={words.search}
      filters={[
        { name: 'state', label: words.state, values: words.itemStates },
        { name: 'by', label: words.by, values: words.groupings },
      ]}
      above={<WhatChangingNeeds need={WRITES_OWN} />}
    />
  );
}

/** One press keeps; to revoke takes a reason. */
function Decide({ item }: { item: Item }) {
  const queries = useQueryClient();
  const { allowed } = usePermission(WRITES_OWN);
  const keeping = useMutation({
    mutationFn: () => decide(item, 'keep'),
    onSuccess: () => queries.invalidateQueries(),
  });
  const about = `${item.name}, ${item.target_name}`;
  return (
    <>
      {item.decision && <div>{words.verdicts[item.decision.verdict]}</div>}
      <Group gap="xs">
        {allowed && item.decision?.verdict !== 'keep' && (
          <Button
            variant="default"
            aria-label={words.keepWhat(about)}
            loading={keeping.isPending}
            onClick={() => keeping.mutate()}
          >
            {words.keep}
          </Button>
        )}
        {item.decision?.verdict !== 'revoke' && (
          <ActionButton
            label={words.revoke}
            preview={item.source ? words.revokeInSource(about, item.source) : words.revokeHere(about)}
            need={WRITES_OWN}
            reason={words.reason}
            act={(reason) => decide(item, 'revoke', reason)}
            danger
          />
        )}
      </Group>
      {keeping.isError && <Failed error={keeping.error} />}
    </>
  );
}
