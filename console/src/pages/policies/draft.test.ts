import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  changedByOthers,
  edited,
  emptyDraft,
  filesOf,
  isConflict,
  isPolicyPath,
  loadDraft,
  parsedDraft,
  rebased,
  reverted,
  storeDraft,
} from './draft.ts';

const files = { 'guardrails/a.cedar': 'a', 'applications/b.cedar': 'b' };
const draft = edited(emptyDraft('v1'), 'guardrails/a.cedar', 'mine', files);

describe('a change of the policies', () => {
  test('holds what was typed, and leaves the other files as they are', () =>
    expect(filesOf(draft, files)).toEqual({ 'guardrails/a.cedar': 'mine', 'applications/b.cedar': 'b' }));

  test('a removed file is not in the set, a new one is', () => {
    const removed = edited(draft, 'applications/b.cedar', null, files);
    const added = edited(removed, 'tests/c.toml', 'c', files);
    expect(filesOf(added, files)).toEqual({ 'guardrails/a.cedar': 'mine', 'tests/c.toml': 'c' });
  });

  test('a text that is typed back is no change', () =>
    expect(edited(draft, 'guardrails/a.cedar', 'a', files)).toEqual(emptyDraft('v1')));

  test('an edit drops the plan of the text before it', () => {
    const planned = { ...draft, plan: 'job_1' };
    expect(edited(planned, 'guardrails/a.cedar', 'other', files).plan).toBeUndefined();
    expect(reverted(planned, 'guardrails/a.cedar').plan).toBeUndefined();
    expect(rebased(planned, 'v2', files).plan).toBeUndefined();
  });
});

describe('two people', () => {
  const theirs = { ...files, 'guardrails/a.cedar': 'theirs' };

  test('another version is a conflict, unless nothing was changed', () => {
    expect(isConflict(draft, { version: 'v1', files })).toBe(false);
    expect(isConflict(draft, { version: 'v2', files })).toBe(true);
    expect(isConflict(emptyDraft('v1'), { version: 'v2', files })).toBe(false);
  });

  test('other settings are a conflict for whoever edits them, and for nobody else', () => {
    const set = { version: 'v1', files: { ...files, 'settings.json': 'now' } };
    const mine = edited(emptyDraft('v1'), 'settings.json', 'mine', { ...files, 'settings.json': 'then' });
    expect(isConflict(draft, set)).toBe(false);
    expect(isConflict(mine, set)).toBe(true);
    expect(isConflict(rebased(mine, 'v1', set.files), set)).toBe(false);
    expect(filesOf(mine, set.files)).toEqual(files);
  });

  test('files that both changed are named', () => {
    expect(changedByOthers(draft, theirs)).toEqual(['guardrails/a.cedar']);
    expect(changedByOthers(draft, { ...files, 'applications/b.cedar': 'theirs' })).toEqual([]);
  });

  test('going on keeps what was typed, on top of what they changed elsewhere', () => {
    const elsewhere = { ...files, 'applications/b.cedar': 'theirs' };
    const on = rebased(draft, 'v2', elsewhere);
    expect(isConflict(on, { version: 'v2', files })).toBe(false);
    expect(filesOf(on, elsewhere)).toEqual({ 'guardrails/a.cedar': 'mine', 'applications/b.cedar': 'theirs' });
  });

  test('going on compares with what they wrote', () =>
    expect(rebased(draft, 'v2', theirs).edits['guardrails/a.cedar']).toEqual({ from: 'theirs', to: 'mine' }));

  test('what they wrote too is no change any more', () =>
    expect(rebased(draft, 'v2', { ...files, 'guardrails/a.cedar': 'mine' }).edits).toEqual({}));
});

test('the storage gives back what it was given, and nothing else', () => {
  expect(parsedDraft(JSON.stringify(draft))).toEqual(draft);
  for (const text of [
    null,
    '',
    '1',
    '{}',
    '{"base":1,"edits":{}}',
    '{"base":null,"edits":{"a":{"from":1,"to":"x"}}}',
  ]) {
    expect(parsedDraft(text)).toBeUndefined();
  }
});

describe('the draft in the tab', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('is for the person who typed it alone', () => {
    const held = new Map<string, string>();
    const sessionStorage = {
      getItem: (place: string) => held.get(place) ?? null,
      setItem: (place: string, text: string) => held.set(place, text),
      removeItem: (place: string) => held.delete(place),
    };
    vi.stubGlobal('window', { sessionStorage });
    storeDraft('per_a', draft);
    expect(loadDraft('per_b')).toBeUndefined();
    storeDraft('per_b', emptyDraft('v1'));
    expect(loadDraft('per_a')).toEqual(draft);
    storeDraft('per_a', emptyDraft('v1'));
    expect(held.size).toBe(0);
  });
});

test('paths of a policy folder', () => {
  expect(['guardrails/a.cedar', 'applications/wiki.cedar', 'tests/x.toml'].every(isPolicyPath)).toBe(true);
  expect(['a.cedar', 'guardrails/a.toml', 'guardrails/../a.cedar', 'labels.toml', ''].some(isPolicyPath)).toBe(false);
});
