-- Proposed roles. A row belongs to one search; readers see the rows of the last one that ended, so a result takes effect by one
-- change of one row.
CREATE TABLE role_searches (
    search BIGINT NOT NULL PRIMARY KEY,
    -- 0 until it ended.
    ended_at BIGINT NOT NULL,
    -- The numbers of the result, as JSON.
    report TEXT NOT NULL
);

CREATE TABLE role_proposals (
    search BIGINT NOT NULL,
    id TEXT NOT NULL,
    -- What a list shows, and what is shown of one besides, as JSON.
    summary TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (search, id)
);
