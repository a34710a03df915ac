// Whom or what an id means: the name as a link to its page, with the id when it is pointed at.

import { Fragment, type ReactNode } from 'react';
import { texts } from '../texts/index.ts';
import { addressOf, isNamed, isNamedByOwner, shortId } from './ids.ts';
import { RouteLink } from './RouteLink.tsx';

/**
 * Shows a name, or the id where there is none. The server sends the names of people, service accounts and devices beside
 * their ids: one without a name was removed, which is said. It names sessions, passkeys, tokens, grants and exceptions by
 * what they belong to, also after they have ended, as far as the journal tells. What has no page leads to its history.
 */
export function Named(props: {
  /** An id, a name with its kind (`group:staff`), or an actor such as `operator`. */
  id: string | null | undefined;
  name?: string | null;
  /** Shows an id that has no name by its end, as in a table. */
  isShort?: boolean;
  /** Underlines a link that stands among words. */
  isAmongWords?: boolean;
}) {
  const { id, name, isShort, isAmongWords } = props;
  if (!id) return <>{texts.words.none}</>;
  const shown = name || (isShort || id.includes(':') ? shortId(id) : id);
  const title = shown === id ? undefined : id;
  const history = (
    <RouteLink to="/journal" search={{ about: id }} title={title} isUnderlined={isAmongWords ?? false}>
      {shown}
    </RouteLink>
  );
  if (!name && isNamed(id)) {
    return (
      <span data-state="removed">
        {history} ({texts.words.removed})
      </span>
    );
  }
  const isOwned = isNamedByOwner(id);
  if (!name && isOwned) {
    return (
      <span data-state="unnamed">
        {history} ({texts.words.unnamed})
      </span>
    );
  }
  const to = addressOf(id);
  if (!to) return isOwned ? history : <span title={title}>{shown}</span>;
  return (
    <RouteLink to={to} title={title} isUnderlined={isAmongWords ?? false}>
      {shown}
    </RouteLink>
  );
}

/** The names of several things of one kind, as links. */
export function NamedList({ kind, of }: { kind: 'application' | 'group' | 'policy'; of: readonly string[] }) {
  return <List of={of} show={(name) => <Named id={`${kind}:${name}`} />} />;
}

/** What determined an answer: policies, as links, and the product's own reasons, in words. */
export function ReasonList({ of }: { of: readonly string[] }) {
  const own: Record<string, string> = texts.ownReasons;
  const show = (id: string) =>
    own[id] ? <span title={id}>{own[id]}</span> : <Named id={`policy:${id}`} isAmongWords />;
  return <List of={of} show={show} />;
}

function List({ of, show }: { of: readonly string[]; show: (name: string) => ReactNode }) {
  if (of.length === 0) return <>{texts.words.none}</>;
  return of.map((name, at) => (
    <Fragment key={name}>
      {at > 0 && ', '}
      {show(name)}
    </Fragment>
  ));
}
