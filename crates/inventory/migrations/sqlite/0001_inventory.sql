-- What sources say. A row holds from one import of its source (since_import) until another (until_import, exclusive;
-- 2147483647 while it holds still). Readers see the rows that hold at the current import of the source, so an import takes
-- effect by one change of one row, and one that ended half way is not seen.
CREATE TABLE inventory_sources (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    -- 0 before the first import.
    current_import BIGINT NOT NULL,
    next_import BIGINT NOT NULL,
    -- The import that is being staged or waits to be applied; 0 if there is none.
    staging BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    -- 1 while there may be rows of imports after the current one.
    leftovers BIGINT NOT NULL,
    -- The import up to which ended rows were deleted.
    forgotten BIGINT NOT NULL,
    -- The number of the next key.
    next_key BIGINT NOT NULL
);

CREATE TABLE inventory_imports (
    source TEXT NOT NULL,
    import BIGINT NOT NULL,
    -- The import that it was compared with.
    base BIGINT NOT NULL,
    -- The result of the comparison, as JSON.
    counts TEXT NOT NULL,
    staged_at BIGINT NOT NULL,
    -- 0 while it waits.
    applied_at BIGINT NOT NULL,
    -- For whom it was applied, in the words of whoever applied it, and the largest share of the nodes that could be gone.
    author TEXT NOT NULL,
    max_gone BIGINT NOT NULL,
    PRIMARY KEY (source, import)
);

-- A whole number for each key that a source ever named: the id of the source times 2^32, and a number within the source.
-- All rows of a source are thus one range, and the rows of an import go in at its end.
CREATE TABLE inventory_keys (
    id INTEGER PRIMARY KEY,
    -- The digest of source and key.
    digest BLOB NOT NULL UNIQUE,
    record_key TEXT NOT NULL
);

CREATE TABLE inventory_nodes (
    -- The key.
    id BIGINT NOT NULL,
    since_import BIGINT NOT NULL,
    until_import BIGINT NOT NULL,
    source TEXT NOT NULL,
    -- The digest of everything that the source says about it.
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The name in lower case.
    folded TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id, since_import)
);
CREATE INDEX inventory_nodes_by_name ON inventory_nodes (kind, folded, source, id);

CREATE TABLE inventory_edges (
    -- The keys of both nodes.
    from_id BIGINT NOT NULL,
    to_id BIGINT NOT NULL,
    -- 1 member_of, 2 may, 3 controls, 4 has.
    relation BIGINT NOT NULL,
    since_import BIGINT NOT NULL,
    until_import BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (from_id, to_id, relation, since_import)
) WITHOUT ROWID;

-- The edges from their other end, whenever they hold. An index would do, but its rows would go in at random places, and
-- each write of an import would write all of it; a table is filled in its own order.
CREATE TABLE inventory_edges_to (
    to_id BIGINT NOT NULL,
    from_id BIGINT NOT NULL,
    relation BIGINT NOT NULL,
    PRIMARY KEY (to_id, from_id, relation)
) WITHOUT ROWID;
