// The exact UTC of the moment that is pointed at or has the focus. There is one tooltip for all moments: a list shows
// hundreds, and a tooltip for each was much of the time until its rows showed.

import { Tooltip } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { shownMoment } from './moments.ts';

export function ExactMoment() {
  const id = useId();
  const [moment, setMoment] = useState<HTMLTimeElement>();
  const [opened, setOpened] = useState(false);
  useEffect(
    () =>
      watchMoments(document, (found) => {
        // A tooltip that goes keeps its words until it is gone.
        if (found) setMoment(found);
        setOpened(found !== undefined);
      }),
    [],
  );
  useEffect(() => {
    if (!opened || !moment) return undefined;
    moment.setAttribute('aria-describedby', id);
    return () => moment.removeAttribute('aria-describedby');
  }, [id, moment, opened]);
  const exact = moment && <span id={id}>{shownMoment(moment.dateTime).utc}</span>;
  return <Tooltip target={moment ?? document.body} opened={opened} label={exact} />;
}

/**
 * Reports which moment is pointed at or has the focus, and when none is any more. A finger points too: browsers report where
 * it touched as they report a pointer. Returns how to stop.
 */
function watchMoments(page: Document, report: (moment: HTMLTimeElement | undefined) => void): () => void {
  const momentAt = (target: EventTarget | null) =>
    target instanceof Element ? (target.closest<HTMLTimeElement>('time[tabindex]') ?? undefined) : undefined;
  let shown: HTMLTimeElement | undefined;
  const show = (moment: HTMLTimeElement | undefined) => {
    if (moment === shown) return;
    shown = moment;
    report(moment);
  };
  const stopping = new AbortController();
  const listen = <K extends keyof DocumentEventMap>(kind: K, take: (event: DocumentEventMap[K]) => void) =>
    page.addEventListener(kind, take, { signal: stopping.signal });
  listen('mouseover', ({ target }) => show(momentAt(target)));
  listen('mouseout', ({ relatedTarget }) => show(momentAt(relatedTarget)));
  listen('focusin', ({ target }) => {
    const moment = momentAt(target);
    // Whoever pointed there sees it already.
    if (moment?.matches(':focus-visible')) show(moment);
  });
  listen('focusout', () => show(undefined));
  listen('keydown', ({ key }) => {
    if (key === 'Escape') show(undefined);
  });
  return () => stopping.abort();
}
