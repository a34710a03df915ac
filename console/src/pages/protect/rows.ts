// Lists that a person edits row by row.

/** Returns the list with another row at this place. */
export const replaced = <T>(list: readonly T[], place: number, row: T): T[] => list.with(place, row);

/** Returns the list without the row at this place. */
export const without = <T>(list: readonly T[], place: number): T[] => list.toSpliced(place, 1);

/** Returns the list with the row at this place moved by so many places. At an end it stays. */
export function moved<T>(list: readonly T[], place: number, by: number): T[] {
  const to = Math.min(Math.max(place + by, 0), list.length - 1);
  return list.toSpliced(place, 1).toSpliced(to, 0, ...list.slice(place, place + 1));
}

/** Moves the focus to an element when it is first shown, as its `ref`: where what had the focus is gone. */
export const focusOnShow = (element: HTMLElement | null): void => element?.focus();

/** Moves the focus to an element once it is shown: a row that was added or moved, so that the keyboard stays there. */
export const focusSoon = (id: string): void => {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
};
