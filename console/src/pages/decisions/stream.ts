// Decisions as they fall: the stream of the server, in a list of bounded length.

import { useEffect, useRef, useState } from 'react';
import type { Decision, DecisionBatch } from './query.ts';

/** How many decisions are shown; older ones are in the list of decisions. */
export const SHOWN = 200;

export type StreamState = 'connecting' | 'live' | 'paused' | 'ended';

export interface Stream {
  state: StreamState;
  decisions: Decision[];
  /** Whether more fell at once than one event holds. */
  gap: boolean;
  pause: () => void;
  resume: () => void;
}

/** Returns the newest decisions first, each once, at most `SHOWN`. */
export function merged(held: Decision[], batch: Decision[]): Decision[] {
  const known = new Set(held.map(({ id }) => id));
  const fresh = batch.filter(({ id }) => !known.has(id));
  return [...fresh.toReversed(), ...held].slice(0, SHOWN);
}

/** Follows decisions with these filters until the component is gone or paused. `onEnd` is called when the server ends it. A stream that breaks is resumed after
 * the last decision that came. */
export function useDecisions(filters: string, onEnd: () => void): Stream {
  const [state, setState] = useState<StreamState>('connecting');
  const [paused, setPaused] = useState(false);
  const [gap, setGap] = useState(false);
  const [decisions, setDecisions] = useState<Decision[]>([]);
  const followed = useRef(filters);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    if (followed.current !== filters) {
      followed.current = filters;
      setDecisions([]);
    }
    if (paused) {
      setState('paused');
      return;
    }
    setState('connecting');
    // The browser connects again by itself, with the id of the last event.
    const source = new EventSource(`/api/v1/decision-stream?${filters}`);
    source.onopen = () => setState('live');
    source.addEventListener('decisions', (event: MessageEvent<string>) => {
      const batch = JSON.parse(event.data) as DecisionBatch;
      setGap(batch.gap);
      setDecisions((held) => merged(held, batch.items));
    });
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) {
        setState('connecting');
        return;
      }
      // The server refused to go on; the page asks why with an ordinary request.
      setState('ended');
      end.current();
    };
    return () => source.close();
  }, [filters, paused]);
  return { state, decisions, gap, pause: () => setPaused(true), resume: () => setPaused(false) };
}
