-- For whom an import was applied, in the words of whoever applied it, and the share of the nodes that could be gone.
ALTER TABLE inventory_imports ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE inventory_imports ADD COLUMN max_gone BIGINT NOT NULL DEFAULT 0;
