-- Texts are ordered by their bytes, as SQLite orders them.
-- What correlation found out. A row belongs to one run; readers see the rows of the last run that ended, so the result of a
-- run takes effect by one change of one row, and one that ended half way is not seen.
CREATE TABLE identity_runs (
    run BIGINT NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    -- 0 until it ended.
    ended_at BIGINT NOT NULL,
    -- What it read: imports, decisions and rules.
    basis TEXT COLLATE "C" NOT NULL,
    -- The numbers of its result, as JSON.
    counts TEXT COLLATE "C" NOT NULL
);

-- One row: when somebody last asked for a run.
CREATE TABLE identity_requests (
    id BIGINT NOT NULL PRIMARY KEY,
    asked_at BIGINT NOT NULL
);

CREATE TABLE identity_rows (
    run BIGINT NOT NULL,
    -- The node that it is named by.
    source TEXT COLLATE "C" NOT NULL,
    record_key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    -- The name in lower case.
    folded TEXT COLLATE "C" NOT NULL,
    -- Everything that it is searched by, in lower case.
    searched TEXT COLLATE "C" NOT NULL,
    -- 1 if it is no person and no source says who answers for it, or what it is for.
    ownerless BIGINT NOT NULL,
    aimless BIGINT NOT NULL,
    -- Everything that is shown, as JSON.
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run, source, record_key)
);
CREATE INDEX identity_rows_by_name ON identity_rows (run, folded, source, record_key);

-- The records of people and the accounts.
CREATE TABLE identity_members (
    run BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    record_key TEXT COLLATE "C" NOT NULL,
    -- `record`, or the state of an account.
    state TEXT COLLATE "C" NOT NULL,
    -- The identity that it belongs to; empty if to none.
    identity_source TEXT COLLATE "C" NOT NULL,
    identity_key TEXT COLLATE "C" NOT NULL,
    folded TEXT COLLATE "C" NOT NULL,
    searched TEXT COLLATE "C" NOT NULL,
    -- Everything that is shown, the candidates with their evidence included, as JSON.
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run, source, record_key)
);
CREATE INDEX identity_members_by_identity ON identity_members (run, identity_source, identity_key);
CREATE INDEX identity_members_by_state ON identity_members (run, state, folded, source, record_key);

-- The identities that an account may belong to.
CREATE TABLE identity_candidates (
    run BIGINT NOT NULL,
    identity_source TEXT COLLATE "C" NOT NULL,
    identity_key TEXT COLLATE "C" NOT NULL,
    -- The account.
    source TEXT COLLATE "C" NOT NULL,
    record_key TEXT COLLATE "C" NOT NULL,
    -- The state of the account.
    state TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run, identity_source, identity_key, source, record_key)
);
