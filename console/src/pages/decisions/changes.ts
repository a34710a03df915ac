// The changes of "ask again with ...": what stands in the address, and back.

import type { Schemas } from '../../api/client.ts';
import { shownSpan } from '../../components/moments.ts';
import { texts } from '../../texts/index.ts';

export type ChangeableItem = Schemas['ChangeableItem'];
export type EvidenceChange = Schemas['EvidenceChange'];

/** Returns the changes that an address states. A piece that is none is dropped. */
export function changesOf(text: string | undefined): EvidenceChange[] {
  const pieces = (text ?? '').split(',').map((piece) => piece.split('='));
  return pieces.flatMap(([item, value, ...more]) => {
    if (!item || value === undefined || more.length > 0) return [];
    try {
      return [{ item: decodeURIComponent(item), value: decodeURIComponent(value) }];
    } catch {
      // It is no text that an address can hold.
      return [];
    }
  });
}

/** Returns the changes as an address states them. */
export function textOf(changes: readonly EvidenceChange[]): string {
  return changes.map(({ item, value }) => `${encodeURIComponent(item)}=${encodeURIComponent(value)}`).join(',');
}

/** Returns the changes with this value of this item; without a value the item is as it was recorded. */
export function withChange(changes: readonly EvidenceChange[], item: string, value?: string): EvidenceChange[] {
  const others = changes.filter((change) => change.item !== item);
  return value === undefined ? others : [...others, { item, value }];
}

/** Returns the changes with a single one more, as the server tried it: the address determines the network, so one of both goes. */
export const withSingle = (changes: readonly EvidenceChange[], item: string, value: string): EvidenceChange[] =>
  withChange(item === 'network' ? withChange(changes, 'address') : changes, item, value);

/** Parts the items into those that the policies read, or that are changed, and the others. */
export function byReading(items: readonly ChangeableItem[]): [read: ChangeableItem[], others: ChangeableItem[]] {
  const isRead = ({ read, changed }: ChangeableItem) => read || changed;
  return [items.filter(isRead), items.filter((item) => !isRead(item))];
}

/** Returns whether an item is an age in seconds. */
export const isAge = (item: string): boolean =>
  ['proof_age', 'session_age', 'session_idle', 'posture_age'].includes(item);

/** Says a value in words, and an age with its unit too. */
export function shownValue(value: string, isAge: boolean): string {
  const isLong = isAge && /^\d+$/.test(value) && Number(value) >= 60;
  return isLong ? `${value} (${shownSpan(Number(value))})` : texts.pages.again.value(value);
}
