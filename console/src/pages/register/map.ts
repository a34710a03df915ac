// The map of the register: who reaches which application without which item of evidence being checked.

import type { Trust } from './query.ts';

/** An edge: accesses of a cohort to an application that go ahead whatever one item says. */
export interface MapEdge {
  cohort: Trust['cohort'];
  application: string;
  item: Trust['item'];
  accesses: number;
  /** How many entries of the register it stands for. */
  entries: number;
  /** Whether somebody authorised all of them for a time that has not passed. */
  documented: boolean;
}

/** Returns the edges, the one with most accesses first. What was eliminated is none. */
export function edgesOf(trusts: readonly Trust[]): MapEdge[] {
  const edges = new Map<string, MapEdge>();
  for (const { cohort, resource, item, accesses, state } of trusts) {
    if (state === 'eliminated') continue;
    const application = resource.split('/')[0] ?? resource;
    const key = [cohort, application, item].join(' ');
    const edge = edges.get(key) ?? { cohort, application, item, accesses: 0, entries: 0, documented: true };
    edge.accesses += accesses;
    edge.entries += 1;
    edge.documented &&= state === 'documented';
    edges.set(key, edge);
  }
  return [...edges.values()].toSorted((one, other) => other.accesses - one.accesses);
}

/** How an item is drawn: a colour in each scheme, and a mark that says the same without colour. */
export interface ItemMark {
  light: string;
  dark: string;
  line: 'solid' | 'dashed' | 'dotted';
  letter: string;
}

export const ITEM_MARKS: Record<Trust['item'], ItemMark> = {
  device: { light: '#b02020', dark: '#ff8787', line: 'solid', letter: 'D' },
  compliance: { light: '#a0470a', dark: '#ffa94d', line: 'dashed', letter: 'C' },
  'phishing-resistance': { light: '#6b2fb3', dark: '#d0a5ff', line: 'solid', letter: 'P' },
  freshness: { light: '#1f5fae', dark: '#74c0fc', line: 'dotted', letter: 'F' },
  risk: { light: '#9b1c65', dark: '#faa2c1', line: 'dashed', letter: 'R' },
  place: { light: '#1c6b3a', dark: '#69db7c', line: 'dotted', letter: 'L' },
  grant: { light: '#4a5560', dark: '#ced4da', line: 'dashed', letter: 'G' },
  exception: { light: '#5f5200', dark: '#ffe066', line: 'dotted', letter: 'E' },
};
