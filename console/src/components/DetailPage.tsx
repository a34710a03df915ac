// The pattern of every detail page: a title, actions, facts, and sections below.

import { Group, Stack, Text, Title } from '@mantine/core';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import classes from './DetailPage.module.css';
import { Failed, Loading } from './states.tsx';
import { useTitle } from './useTitle.ts';

/** A title of more characters is a sentence: that of a decision says who wanted what, and when. */
const LONG_TITLE = 60;

/** A name and what it has as its value. A value that is `undefined` is left out. */
export type Fact = readonly [name: string, value: ReactNode];

export function DetailPage<T>(props: {
  /** What kind of thing it is. */
  kind: string;
  query: UseQueryResult<T>;
  title: (of: T) => string;
  facts: (of: T) => Fact[];
  actions?: (of: T) => ReactNode;
  children?: (of: T) => ReactNode;
}) {
  const { kind, query, title, facts, actions, children } = props;
  useTitle(query.data === undefined ? kind : title(query.data));
  if (query.isPending) return <Loading what={kind} />;
  if (query.isError) {
    return (
      <Stack>
        <Title order={1}>{kind}</Title>
        <Failed error={query.error} again={() => void query.refetch()} />
      </Stack>
    );
  }
  const of = query.data;
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="start">
        <div>
          <Text c="dimmed">{kind}</Text>
          <Title order={1} size={title(of).length > LONG_TITLE ? 'h2' : 'h1'} className={classes.title}>
            {title(of)}
          </Title>
        </div>
        <Group>{actions?.(of)}</Group>
      </Group>
      <Facts of={facts(of)} />
      {children && <DetailSections>{children(of)}</DetailSections>}
    </Stack>
  );
}

/** The sections of a page: one below the other, or in columns where each is still as wide as a table needs. */
export function DetailSections({ children }: { children: ReactNode }) {
  return <div className={classes.sections}>{children}</div>;
}

/** Facts in columns. */
export function Facts({ of }: { of: Fact[] }) {
  return (
    <dl className={classes.facts}>
      {of
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A section that asks its own question and shows its own states. */
export function DetailSection<T>(props: {
  title: string;
  queryKey: readonly unknown[];
  load: () => Promise<T>;
  children: (of: T) => ReactNode;
}) {
  const { title, queryKey, load, children } = props;
  const query = useQuery({ queryKey, queryFn: load });
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      {query.isPending && <Loading what={title} />}
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isSuccess && children(query.data)}
    </section>
  );
}
