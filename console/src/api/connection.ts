// Whether the server can be reached. While it cannot, a small public file is asked for until it comes, and then every
// listener is told, so that pages load again what they missed.

import { useSyncExternalStore } from 'react';

/** A public file of the sign-in host: asking for it is no access, and so is not decided or recorded. */
const PROBE = '/sign-in/icon.svg';
const PACE_MS = 2_000;

let reachable = true;
const listeners = new Set<() => void>();
const returned = new Set<() => void>();

function change(to: boolean): void {
  if (reachable === to) return;
  reachable = to;
  for (const tell of listeners) tell();
  if (to) for (const tell of returned) tell();
}

/** An answer came. */
export function connectionWorks(): void {
  change(true);
}

/** A request got no answer. */
export function connectionLost(): void {
  if (!reachable) return;
  change(false);
  void probe();
}

async function probe(): Promise<void> {
  while (!reachable) {
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    const answer = await fetch(PROBE, { cache: 'no-store' }).catch(() => undefined);
    if (answer?.ok) change(true);
  }
}

/** Calls `tell` whenever the server can be reached again. Returns how to stop that. */
export function onReturn(tell: () => void): () => void {
  returned.add(tell);
  return () => returned.delete(tell);
}

/** Whether the server can be reached, for components. */
export function useReachable(): boolean {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => reachable,
  );
}
