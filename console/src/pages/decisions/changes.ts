// The changes of "ask again with ...": what stands in the address, and back.

import type { Schemas } from '../../api/client.ts';

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

/** Parts the items into those that the policies read, or that are changed, and the others. */
export function byReading(items: readonly ChangeableItem[]): [read: ChangeableItem[], others: ChangeableItem[]] {
  const isRead = ({ read, changed }: ChangeableItem) => read || changed;
  return [items.filter(isRead), items.filter((item) => !isRead(item))];
}
