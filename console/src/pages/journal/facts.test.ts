import { expect, test } from 'vitest';
import type { Schemas } from '../../api/client.ts';
import { addressOf, factsOf, shortId, subjectsOf, whyOf } from './facts.ts';
import { factSql, factsSql, quoted } from './sql.ts';

const id = (prefix: string) => `${prefix}_${'0'.repeat(32)}`;
const answer = (body: string) =>
  ({
    columns: [],
    truncated: false,
    rows: [[7, '2026-11-30T00:00:00Z', 'grant.refused', 'operator', body]],
  }) as unknown;
const fact = (body: string) => factsOf(answer(body) as Schemas['QueryAnswer'])[0] as never;

test('a fact says what it is about and why, and leaves long texts to its own page', () => {
  const refused = fact(
    JSON.stringify({ fact: 'grant.refused/1', grant: id('gra'), reason: 'no ticket', at: '2026-11-30T00:00:00Z' }),
  );
  expect(subjectsOf(refused)).toEqual([id('gra')]);
  expect(whyOf(refused)).toBe('no ticket');
  const added = fact(JSON.stringify({ person: id('per'), about: { name: 'Eve', aliases: [] }, hash: 'f'.repeat(64) }));
  expect(subjectsOf(added)).toEqual([id('per'), 'Eve']);
  expect(whyOf(added)).toBeUndefined();
});

test('a list of texts is among the subjects, and an id is short in a table', () => {
  expect(subjectsOf(fact('{"removed":["managed-device"],"n":[1]}'))).toEqual(['managed-device']);
  expect(shortId(`per_${'0'.repeat(26)}12ab34`)).toBe('per_\u202612ab34');
  expect(shortId('system:gate')).toBe('system:gate');
});

test('a body that is no JSON is shown as text', () => {
  expect(fact('not JSON')).toMatchObject({ sequence: 7, body: { text: 'not JSON' } });
});

test('only ids that the console has a page for lead anywhere', () => {
  expect(addressOf(id('gra'))).toBe(`/grants/${id('gra')}`);
  expect(addressOf(id('dec'))).toBeUndefined();
  expect(addressOf('operator')).toBeUndefined();
});

test('what is typed into a filter stays a text of the question', () => {
  expect(quoted("o'neill")).toBe("'o''neill'");
  const sql = factsSql({ q: "x') OR 1=1 --", about: "'", cursor: '9; DROP', kind: 'grant' }, 51);
  expect(sql).toBe(
    'SELECT sequence, at, kind, stated_by, body FROM facts' +
      " WHERE starts_with(kind, 'grant.') AND strpos(body, '''') > 0" +
      " AND strpos(lower(kind || ' ' || body), 'x'') or 1=1 --') > 0 ORDER BY sequence DESC LIMIT 51",
  );
  expect(factSql('1 OR true')).toMatch(/sequence = 0$/);
});

test('a page goes on after the last sequence of the one before, in its direction', () => {
  expect(factsSql({ cursor: '40' }, 51)).toMatch(/WHERE sequence < 40 ORDER BY sequence DESC LIMIT 51$/);
  expect(factsSql({ cursor: '40', order: 'asc' }, 51)).toMatch(/WHERE sequence > 40 ORDER BY sequence ASC/);
});
