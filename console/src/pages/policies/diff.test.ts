import { describe, expect, test } from 'vitest';
import { diffOf, hunksOf } from './diff.ts';

const SIGNS = { add: '+', remove: '-', same: ' ' };
const shown = (from: string | null, to: string | null) => diffOf(from, to).map(({ kind, text }) => SIGNS[kind] + text);

describe('the difference of two texts', () => {
  const check = (from: string | null, to: string | null, lines: string[]) => expect(shown(from, to)).toEqual(lines);

  test('equal texts', () => check('a\nb', 'a\nb', [' a', ' b']));
  test('a line added', () => check('a\nb', 'a\nx\nb', [' a', '+x', ' b']));
  test('a line removed', () => check('a\nx\nb', 'a\nb', [' a', '-x', ' b']));
  test('a line changed', () => check('a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']));
  test('a new file', () => check(null, 'a\nb', ['+a', '+b']));
  test('a removed file', () => check('a', null, ['-a']));
  test('the common part in the middle stays', () => check('1\na\n2', '3\na\n4', ['-1', '+3', ' a', '-2', '+4']));
  test('repeated lines', () => check('a\na', 'a\na\na', [' a', ' a', '+a']));
});

test('lines far from a change are left out and counted', () => {
  const hunks = hunksOf(diffOf('1\n2\n3\n4\n5', '1\n2\n3\n4\nx'), 1);
  expect(hunks).toEqual([
    { skipped: 3 },
    {
      lines: [
        { kind: 'same', text: '4' },
        { kind: 'remove', text: '5' },
        { kind: 'add', text: 'x' },
      ],
    },
  ]);
});
