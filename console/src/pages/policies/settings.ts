// Settings in the same change as policies: applications, labels and exceptions, edited as one more file of the set.

import type { Schemas } from '../../api/client.ts';
import { texts } from '../../texts/index.ts';
import type { Edit } from './draft.ts';

export type Settings = Schemas['Settings'];

/** The name under which the settings stand among the files. No policy folder has a file of this name. */
export const SETTINGS = 'settings.json';

/** Returns the settings as a text that a person edits. The same settings are the same text. */
export const settingsText = (settings: Settings): string => `${JSON.stringify(settings, null, 2)}\n`;

/**
 * Returns what an edit of the settings changes: the applications that differ, and labels or exceptions as a whole if they
 * differ. What is left out keeps its present state. Throws if the text is no settings.
 */
export function changedSettings(edit: Edit | undefined): Settings | undefined {
  if (!edit) return undefined;
  const [before, after] = [parsed(edit.from ?? '{}'), parsed(edit.to ?? '{}')];
  const declared = Object.entries(before.applications ?? {});
  const dropped = declared.filter(([name]) => !(name in (after.applications ?? {}))).map(([name]) => name);
  if (dropped.length > 0) throw new Error(texts.pages.change.settingsDrop(dropped.join(', ')));
  const { applications, labels, exceptions, ...unknown } = after;
  const differing = Object.entries(applications ?? {}).filter(
    ([name, declaration]) => !isSame(declaration, before.applications?.[name]),
  );
  return {
    // What the server does not know it refuses by name.
    ...unknown,
    ...(differing.length > 0 && { applications: Object.fromEntries(differing) }),
    ...(!isSame(labels, before.labels) && { labels: labels ?? {} }),
    ...(!isSame(exceptions, before.exceptions) && { exceptions: exceptions ?? [] }),
  };
}

function parsed(text: string): Settings {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new Error(texts.pages.change.settingsInvalid(error instanceof Error ? error.message : String(error)));
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    throw new Error(texts.pages.change.settingsInvalid(texts.pages.change.settingsNoObject));
  }
  return found as Settings;
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
