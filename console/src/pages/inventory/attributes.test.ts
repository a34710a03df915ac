import { expect, test } from 'vitest';
import { shownAttributes } from './attributes.ts';

test('what a source says is shown in words, and what it does not say is left out', () => {
  const shown = shownAttributes({
    display_name: 'Ada Lovelace',
    mails: ['ada@example.org', 'a@example.org'],
    aliases: [],
    enabled: false,
    created_at: '2026-11-30T15:00:00Z',
    expires_at: 'never',
    owner: null,
  });
  expect(shown).toEqual([
    { name: 'Full name', value: 'Ada Lovelace', isMoment: false },
    { name: 'Mail', value: 'ada@example.org, a@example.org', isMoment: false },
    { name: 'Can be used', value: 'no', isMoment: false },
    { name: 'Created', value: '2026-11-30T15:00:00Z', isMoment: true },
    { name: 'Expires', value: 'never', isMoment: false },
  ]);
});

test('an attribute that has no words yet is shown by its name', () => {
  expect(shownAttributes({ shoe_size: '42' } as never)).toEqual([{ name: 'shoe size', value: '42', isMoment: false }]);
});
