import { expect, test } from 'vitest';
import type { Decision } from './query.ts';
import { merged, SHOWN } from './stream.ts';

const decision = (n: number) => ({ id: `dec_${n}` }) as Decision;
const ids = (decisions: Decision[]) => decisions.map(({ id }) => id);

test('the newest decision comes first, and none comes twice', () => {
  const once = merged([], [decision(1), decision(2)]);
  expect(ids(once)).toEqual(['dec_2', 'dec_1']);
  expect(ids(merged(once, [decision(2), decision(3)]))).toEqual(['dec_3', 'dec_2', 'dec_1']);
});

test('a page that stays open holds a bounded number', () => {
  const many = Array.from({ length: SHOWN + 10 }, (_, n) => decision(n));
  const held = merged([], many);
  expect(held.length).toBe(SHOWN);
  expect(held[0]?.id).toBe(`dec_${SHOWN + 9}`);
});
