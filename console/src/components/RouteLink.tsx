// A link to another page of the console.

import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ListSearch } from './list-search.ts';

export function RouteLink(props: {
  to: string;
  /** What stands behind the path in the address. */
  search?: ListSearch;
  title?: string;
  children: ReactNode;
}) {
  const { to, search, title, children } = props;
  // Pages read their own search from the address (`listSearch`), so no type of the router knows it.
  return (
    <Anchor component={Link} to={to} search={search as never} title={title} inherit>
      {children}
    </Anchor>
  );
}
