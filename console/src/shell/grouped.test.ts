import { expect, test } from 'vitest';
import { grouped } from './grouped.ts';
import type { PageLink } from './pages.ts';

const page = (to: string, begins?: string): PageLink => ({
  to,
  label: to,
  need: { resource: 'control', action: 'read' },
  begins,
});
const all = [page('/'), page('/a', 'A'), page('/b'), page('/c', 'C'), page('/d', 'D')];

test('a page belongs to the group that began last, also where the page that began it is not offered', () => {
  const shown = grouped(all, ({ to }) => to !== '/a');
  expect(shown.map(({ name, links }) => [name, links.map(({ to }) => to)])).toEqual([
    [undefined, ['/']],
    ['A', ['/b']],
    ['C', ['/c']],
    ['D', ['/d']],
  ]);
});

test('a group of which no page is offered is not named', () => {
  expect(grouped(all, ({ to }) => to === '/' || to === '/d').map(({ name }) => name)).toEqual([undefined, 'D']);
});
