// What of a list stands in its address: search, filters, order, and the place in it.

/** The part of the address that a list reads. Filters stand beside these by their own names. */
export type ListSearch = Partial<Record<'q' | 'sort' | 'order' | 'cursor' | string, string>>;

/** Returns a reader of addresses that keeps these filters and drops what no list knows. */
export function listSearch(filters: readonly string[] = []) {
  const known = ['q', 'sort', 'order', 'cursor', ...filters];
  return (given: Record<string, unknown>): ListSearch => {
    const entries = known.map((name) => [name, given[name]] as const);
    const kept = entries.flatMap(([name, value]) => {
      if (typeof value === 'number' || typeof value === 'boolean') return [[name, String(value)] as const];
      return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
    });
    const search: ListSearch = Object.fromEntries(kept);
    if (search.order !== 'asc' && search.order !== 'desc') delete search.order;
    return search;
  };
}

/** Returns the address after a change. Whatever changes the list begins it anew. */
export function changed(search: ListSearch, change: ListSearch): ListSearch {
  const next = { ...search, cursor: undefined, ...change };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== ''));
}

/** Returns the address after the header of a field was pressed: ascending first, then the other way. */
export function sortedBy(search: ListSearch, field: string): ListSearch {
  const order = search.sort === field && search.order !== 'desc' ? 'desc' : 'asc';
  return changed(search, { sort: field, order });
}
