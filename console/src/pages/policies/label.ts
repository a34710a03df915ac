// The name of a file in a change: its path, and what the change does to it.

import { texts } from '../../texts/index.ts';
import type { Draft } from './draft.ts';

const words = texts.pages.change;

export function labelOf(path: string, { edits }: Draft): string {
  const edit = edits[path];
  if (!edit) return path;
  if (edit.to === null) return words.removed(path);
  return edit.from === null ? words.added(path) : words.edited(path);
}
