-- What sources say. A row holds from one import of its source (since_import) until another (until_import, exclusive; the
-- largest number while it holds still). Readers see the rows that hold at the current import of the source, so an import
-- takes effect by one change of one row, and one that ended half way is not seen.
CREATE TABLE inventory_sources (
    source TEXT NOT NULL PRIMARY KEY,
    -- 0 before the first import.
    current_import BIGINT NOT NULL,
    next_import BIGINT NOT NULL,
    -- The import that is being staged or waits to be applied; 0 if there is none.
    staging BIGINT NOT NULL,
    applied_at BIGINT NOT NULL
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
    PRIMARY KEY (source, import)
);

CREATE TABLE inventory_nodes (
    source TEXT NOT NULL,
    -- The digest of the key.
    id TEXT NOT NULL,
    since_import BIGINT NOT NULL,
    until_import BIGINT NOT NULL,
    -- The digest of everything that the source says about it.
    digest TEXT NOT NULL,
    record_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The name in lower case.
    folded TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (source, id, since_import)
);
CREATE INDEX inventory_nodes_open ON inventory_nodes (source, until_import, id);
CREATE INDEX inventory_nodes_since ON inventory_nodes (source, since_import);
CREATE INDEX inventory_nodes_by_name ON inventory_nodes (kind, folded, source, id);

CREATE TABLE inventory_edges (
    source TEXT NOT NULL,
    -- The digest of the keys of both nodes and the relation.
    id TEXT NOT NULL,
    since_import BIGINT NOT NULL,
    until_import BIGINT NOT NULL,
    digest TEXT NOT NULL,
    from_key TEXT NOT NULL,
    relation TEXT NOT NULL,
    to_key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (source, id, since_import)
);
CREATE INDEX inventory_edges_open ON inventory_edges (source, until_import, id);
CREATE INDEX inventory_edges_since ON inventory_edges (source, since_import);
CREATE INDEX inventory_edges_from ON inventory_edges (source, from_key);
CREATE INDEX inventory_edges_to ON inventory_edges (source, to_key);
