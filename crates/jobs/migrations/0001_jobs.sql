-- Moments are microseconds since 1970 in UTC. A lease is held while lease_until lies ahead; attempt is the fencing number:
-- whoever holds an earlier attempt writes nothing any more.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    process TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    parameters TEXT,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    accesses BIGINT NOT NULL,
    decided BIGINT NOT NULL,
    share DOUBLE PRECISION NOT NULL,
    attempt BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    stop_asked BIGINT NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    error TEXT,
    digest TEXT,
    result TEXT
);
CREATE INDEX jobs_by_start ON jobs (started_at);

CREATE TABLE schedules (
    name TEXT NOT NULL PRIMARY KEY,
    every BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    last_started_at BIGINT,
    last_ended_at BIGINT,
    last_error TEXT,
    failures BIGINT NOT NULL
);
