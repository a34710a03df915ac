// Whom or what an id means: the name as a link to its page, with the id when it is pointed at.

import { Fragment } from 'react';
import { texts } from '../texts/index.ts';
import { addressOf, isNamed, shortId } from './ids.ts';
import { RouteLink } from './RouteLink.tsx';

/**
 * Shows a name, or the id where there is none. The server sends the names of people, service accounts and devices beside
 * their ids: one without a name was removed, which is said, and its history is what is left to link to.
 */
export function Named(props: {
  /** An id, a name with its kind (`group:staff`), or an actor such as `operator`. */
  id: string | null | undefined;
  name?: string | null;
  /** Shows an id that has no name by its end, as in a table. */
  isShort?: boolean;
}) {
  const { id, name, isShort } = props;
  if (!id) return <>{texts.words.none}</>;
  const shown = name || (isShort || id.includes(':') ? shortId(id) : id);
  const title = shown === id ? undefined : id;
  if (!name && isNamed(id)) {
    return (
      <span data-state="removed">
        <RouteLink to="/journal" search={{ about: id }} title={title}>
          {shown}
        </RouteLink>{' '}
        ({texts.words.removed})
      </span>
    );
  }
  const to = addressOf(id);
  if (!to) return <span title={title}>{shown}</span>;
  return (
    <RouteLink to={to} title={title}>
      {shown}
    </RouteLink>
  );
}

/** The names of several things of one kind, as links. */
export function NamedList({ kind, of }: { kind: 'application' | 'group' | 'policy'; of: readonly string[] }) {
  if (of.length === 0) return <>{texts.words.none}</>;
  return of.map((name, at) => (
    <Fragment key={name}>
      {at > 0 && ', '}
      <Named id={`${kind}:${name}`} />
    </Fragment>
  ));
}
