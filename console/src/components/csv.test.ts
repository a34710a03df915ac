import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test('cells are quoted where they have to be, and lists stand as JSON', () => {
  expect(
    csvOf(
      ['a', 'b,c'],
      [
        ['x "y"', null],
        [1, ['p', 'q']],
        [true, undefined],
      ],
    ),
  ).toBe('a,"b,c"\r\n"x ""y""",\r\n1,"[""p"",""q""]"\r\ntrue,\r\n');
});

test('no text becomes a formula, and a negative number stays a number', () => {
  expect(csvOf(['a'], [['=HYPERLINK(1)'], ['-1'], [-1], ['@x']])).toBe("a\r\n'=HYPERLINK(1)\r\n'-1\r\n-1\r\n'@x\r\n");
});
