// A link to another page of the console.

import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import type { ListSearch } from './list-search.ts';
import classes from './RouteLink.module.css';

/**
 * A plain link that the router follows. The router's own component watches the address and looks up the route of each
 * link, for what only the navigation needs: whether the link leads to the page that is shown.
 */
export function RouteLink(props: {
  to: string;
  /** What stands behind the path in the address. */
  search?: ListSearch;
  title?: string;
  /** Among words a colour alone does not tell a link from them. */
  isUnderlined?: boolean;
  children: ReactNode;
}) {
  const { to, search, title, isUnderlined, children } = props;
  const router = useRouter();
  const query = search ? router.options.stringifySearch(search) : '';
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    // Whoever asks for another tab or window gets one.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // Pages read their own search from the address (`listSearch`), so no type of the router knows it.
    void router.navigate({ to, search: search as never });
  };
  return (
    <a
      className={`mantine-focus-auto ${classes.link} ${isUnderlined ? classes.underlined : ''}`}
      href={`${router.basepath}${to}${query}`}
      title={title}
      onClick={follow}
    >
      {children}
    </a>
  );
}
