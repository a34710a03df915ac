// Keeps the focus where a person works by keyboard. A browser drops it without a word when what had it is removed or
// disabled: a button that its own action takes away, or one that waits for an answer.

import { useEffect } from 'react';

/** The parts of a page that can take the focus of what vanished from them. */
const PLACES = 'section, form, [role="search"], [role="alert"], [role="dialog"], main';

/** What had the focus, and the parts of the page around it, the nearest first: what was removed cannot be asked. */
interface Held {
  element: HTMLElement;
  around: HTMLElement[];
}

/** Gives the focus back, for as long as the console is open. */
export function useKeptFocus(): void {
  useEffect(() => keepFocus(document), []);
}

/** Watches a document, and returns how to stop that. */
function keepFocus(page: Document): () => void {
  let last: Held | undefined;
  /** The last outside of dialogues: from there a dialogue was opened. */
  let outside: Held | undefined;
  // Between the element that a person leaves and the next one nothing has the focus, and the page may be drawn in between.
  let isMoving = false;
  const gained = ({ target }: FocusEvent) => {
    isMoving = false;
    if (!(target instanceof HTMLElement)) return;
    last = { element: target, around: placesAround(target) };
    if (!target.closest('[role="dialog"]')) outside = last;
  };
  const lost = ({ relatedTarget }: FocusEvent) => {
    isMoving = relatedTarget !== null;
  };
  // Whoever points elsewhere takes the focus away on purpose.
  const pointed = () => {
    last = undefined;
  };
  const watching = new MutationObserver(() => {
    const isDropped = page.activeElement === page.body || page.activeElement === null;
    // What only waits has the focus again as soon as it can.
    if (!last || isMoving || !isDropped || (last.element.isConnected && !canTake(last.element))) return;
    const candidates = [last, outside].flatMap((held) => (held ? [held.element, ...held.around] : []));
    const place = candidates.find(canTake);
    if (!place) return;
    if (place.tabIndex < 0 && !place.hasAttribute('tabindex')) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  });
  page.addEventListener('focusin', gained);
  page.addEventListener('focusout', lost, true);
  page.addEventListener('pointerdown', pointed, true);
  watching.observe(page.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  return () => {
    page.removeEventListener('focusin', gained);
    page.removeEventListener('focusout', lost, true);
    page.removeEventListener('pointerdown', pointed, true);
    watching.disconnect();
  };
}

const canTake = (element: HTMLElement): boolean => element.isConnected && !element.matches(':disabled');

/** Returns the parts of the page around an element, the nearest first. */
function placesAround(element: HTMLElement): HTMLElement[] {
  const places: HTMLElement[] = [];
  for (let at = element.parentElement; at; at = at.parentElement) if (at.matches(PLACES)) places.push(at);
  return places;
}
