import { describe, expect, test } from 'vitest';
import { changed, listSearch, sortedBy } from './list-search.ts';

describe('the address of a list', () => {
  test('keeps what the list knows and drops the rest', () => {
    const read = listSearch(['kind']);
    expect(read({ q: 'ada', kind: 'vendor', order: 'desc', evil: 'x', sort: '' })).toEqual({
      q: 'ada',
      kind: 'vendor',
      order: 'desc',
    });
    expect(read({ order: 'sideways', q: 7, cursor: { a: 1 } })).toEqual({ q: '7' });
  });

  test('a change begins the list anew, and an empty value leaves it', () => {
    expect(changed({ q: 'ada', cursor: 'c', sort: 'name' }, { q: '' })).toEqual({ sort: 'name' });
    expect(changed({ q: 'ada' }, { cursor: 'next' })).toEqual({ q: 'ada', cursor: 'next' });
  });

  test('a header sorts ascending first, and the other way when it is pressed again', () => {
    const once = sortedBy({ cursor: 'c' }, 'name');
    expect(once).toEqual({ sort: 'name', order: 'asc' });
    expect(sortedBy(once, 'name')).toEqual({ sort: 'name', order: 'desc' });
    expect(sortedBy(sortedBy(once, 'name'), 'name')).toEqual({ sort: 'name', order: 'asc' });
    expect(sortedBy({ sort: 'name', order: 'desc' }, 'email')).toEqual({ sort: 'email', order: 'asc' });
  });
});
