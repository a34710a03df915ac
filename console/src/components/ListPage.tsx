// The pattern of every list: search, filters, order and place stand in the address; the server does the work.

import { Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { texts } from '../texts/index.ts';
import { type Column, DataTable } from './DataTable.tsx';
import classes from './ListPage.module.css';
import { changed, type ListSearch, sortedBy } from './list-search.ts';
import { Empty, Failed, Loading } from './states.tsx';
import { useTitle } from './useTitle.ts';

/** How many entries a page has. */
export const PAGE = '50';

/** A filter, named like the query parameter of the API: one of these values, or any text if it has none. */
export interface Filter {
  name: string;
  label: string;
  values?: Record<string, string>;
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
  /** Actions beside the title. */
  actions?: ReactNode;
  /** What stands above the filters. */
  above?: ReactNode;
  /** What stands between the filters and the list. */
  children?: ReactNode;
}) {
  const {
    title,
    lead,
    name,
    search,
    load,
    columns,
    rowKey,
    searchLabel,
    filters = [],
    actions,
    above,
    children,
  } = props;
  useTitle(title);
  const navigate = useNavigate();
  const query = useQuery({ queryKey: [name, search], queryFn: () => load(search), placeholderData: keepPreviousData });
  const go = (next: ListSearch) => void navigate({ to: '.', search: next });
  const sorted = {
    by: search.sort,
    order: search.order as 'asc' | 'desc' | undefined,
    change: (field: string) => go(sortedBy(search, field)),
  };
  return (
    <Stack>
      <Group justify="space-between" align="start">
        <div>
          <Title order={1}>{title}</Title>
          {lead && <Text c="dimmed">{lead}</Text>}
        </div>
        {actions && <Group>{actions}</Group>}
      </Group>
      {above}
      <Filters search={search} searchLabel={searchLabel} filters={filters} go={go} />
      {children}
      {query.isPending && <Loading what={title} />}
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isSuccess && query.data.items.length === 0 && (
        <Empty>{isNarrowed(search, filters) ? texts.list.none : texts.states.empty}</Empty>
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

/** The search field and the filters of a list, whose values stand in the address. */
export function Filters(props: {
  search: ListSearch;
  searchLabel?: string;
  filters: Filter[];
  go: (search: ListSearch) => void;
}) {
  const { search, searchLabel, filters, go } = props;
  if (!searchLabel && filters.length === 0) return null;
  return (
    <Group align="end" role="search" className={classes.filters}>
      {searchLabel && (
        <SearchField label={searchLabel} value={search.q ?? ''} change={(q) => go(changed(search, { q }))} />
      )}
      {filters.map((filter) => (
        <FilterField
          key={filter.name}
          filter={filter}
          value={search[filter.name]}
          change={(value) => go(changed(search, { [filter.name]: value }))}
        />
      ))}
      {isNarrowed(search, filters) && (
        <Button variant="subtle" onClick={() => go({})}>
          {texts.list.clear}
        </Button>
      )}
    </Group>
  );
}

const isNarrowed = (search: ListSearch, filters: Filter[]): boolean =>
  Boolean(search.q) || filters.some(({ name }) => search[name]);

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
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput
          className={classes.text}
          id={id}
          label={label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          type="search"
        />
        <Button type="submit" variant="default" aria-label={`${texts.list.search}: ${label}`}>
          {texts.list.search}
        </Button>
      </Group>
    </form>
  );
}

function FilterField(props: { filter: Filter; value: string | undefined; change: (value: string) => void }) {
  const { filter, value, change } = props;
  if (!filter.values) return <SearchField label={filter.label} value={value ?? ''} change={change} />;
  return (
    <Select
      label={filter.label}
      placeholder={texts.list.all}
      clearable
      data={Object.entries(filter.values).map(([value, label]) => ({ value, label }))}
      value={value ?? null}
      onChange={(value) => change(value ?? '')}
    />
  );
}
