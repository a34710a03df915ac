// The pattern of every list: search, filters, order and place stand in the address; the server does the work.

import { Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { texts } from '../texts/index.ts';
import { type Column, DataTable } from './DataTable.tsx';
import { changed, type ListSearch, sortedBy } from './list-search.ts';
import { Empty, Failed, Loading } from './states.tsx';
import { useTitle } from './useTitle.ts';

/** How many entries a page has. */
export const PAGE = '50';

/** A filter with the values that it may have. */
export interface Filter {
  name: string;
  label: string;
  values: Record<string, string>;
}

interface Page<T> {
  items: T[];
  next?: string | null;
}

export function ListPage<T>(props: {
  title: string;
  lead?: string;
  /** The name of the list among the cached answers, which also is the API's. */
  name: string;
  search: ListSearch;
  /** Asks the server for the page that the address means. */
  load: (search: ListSearch) => Promise<Page<T>>;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  /** The label of the search field, if the list can be searched. */
  searchLabel?: string;
  filters?: Filter[];
}) {
  const { title, lead, name, search, load, columns, rowKey, searchLabel, filters = [] } = props;
  useTitle(title);
  const navigate = useNavigate();
  const query = useQuery({ queryKey: [name, search], queryFn: () => load(search), placeholderData: keepPreviousData });
  const go = (next: ListSearch) => void navigate({ to: '.', search: next });
  const sorted = {
    by: search.sort,
    order: search.order as 'asc' | 'desc' | undefined,
    change: (field: string) => go(sortedBy(search, field)),
  };
  const isNarrowed = Boolean(search.q) || filters.some(({ name }) => search[name]);
  return (
    <Stack>
      <div>
        <Title order={1}>{title}</Title>
        {lead && <Text c="dimmed">{lead}</Text>}
      </div>
      {(searchLabel || filters.length > 0) && (
        <Group align="end" role="search">
          {searchLabel && (
            <SearchField label={searchLabel} value={search.q ?? ''} change={(q) => go(changed(search, { q }))} />
          )}
          {filters.map((filter) => (
            <Select
              key={filter.name}
              label={filter.label}
              placeholder={texts.list.all}
              clearable
              data={Object.entries(filter.values).map(([value, label]) => ({ value, label }))}
              value={search[filter.name] ?? null}
              onChange={(value) => go(changed(search, { [filter.name]: value ?? '' }))}
            />
          ))}
          {isNarrowed && (
            <Button variant="subtle" onClick={() => go({})}>
              {texts.list.clear}
            </Button>
          )}
        </Group>
      )}
      {query.isPending && <Loading what={title} />}
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isSuccess && query.data.items.length === 0 && (
        <Empty>{isNarrowed ? texts.list.none : texts.states.empty}</Empty>
      )}
      {query.isSuccess && query.data.items.length > 0 && (
        <DataTable label={title} rows={query.data.items} columns={columns} rowKey={rowKey} sorted={sorted} />
      )}
      {query.isSuccess && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed" role="status">
            {texts.list.shown(query.data.items.length)}
          </Text>
          <Group>
            {search.cursor && (
              <Button variant="default" onClick={() => go(changed(search, {}))}>
                {texts.list.first}
              </Button>
            )}
            {query.data.next && (
              <Button variant="default" onClick={() => go(changed(search, { cursor: query.data.next ?? undefined }))}>
                {texts.list.next}
              </Button>
            )}
          </Group>
        </Group>
      )}
    </Stack>
  );
}

function SearchField({ label, value, change }: { label: string; value: string; change: (text: string) => void }) {
  const [text, setText] = useState(value);
  const id = useId();
  useEffect(() => setText(value), [value]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs">
        <TextInput
          id={id}
          label={label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          type="search"
        />
        <Button type="submit" variant="default">
          {texts.list.search}
        </Button>
      </Group>
    </form>
  );
}
