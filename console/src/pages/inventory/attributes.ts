// What a source says about one thing, in the order and the words in which it is shown.

import type { Schemas } from '../../api/client.ts';
import { texts } from '../../texts/index.ts';

const words = texts.pages.inventory;

export interface ShownAttribute {
  name: string;
  value: string;
  /** Whether the value is a moment. */
  isMoment: boolean;
}

/** Returns the attributes that a source gives. A new one that has no words yet is shown by its name. */
export function shownAttributes(attributes: Schemas['NodeAttributes']): ShownAttribute[] {
  const named: Record<string, string> = words.attributes;
  return Object.entries(attributes).flatMap(([name, value]) => {
    const shown = text(value);
    if (shown === undefined) return [];
    const isMoment = name.endsWith('_at') && shown !== 'never';
    return [{ name: named[name] ?? name.replaceAll('_', ' '), value: shown, isMoment }];
  });
}

function text(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : undefined;
  if (typeof value === 'boolean') return value ? texts.words.yes : texts.words.no;
  return typeof value === 'string' ? value : undefined;
}
