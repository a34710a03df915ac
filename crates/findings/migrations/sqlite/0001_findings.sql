-- What is wrong with accounts, groups and the like. Each run writes all of its rows and then becomes the current one by one
-- change of one row, so readers see a run whole or not at all. What people accepted are facts; finding_acceptances repeats
-- them, so that a list can be filtered by state.
CREATE TABLE finding_runs (
    -- Always 1.
    only_row BIGINT PRIMARY KEY,
    -- 0 before the first run.
    current_run BIGINT NOT NULL,
    next_run BIGINT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    -- The import of each source that was looked at, as JSON.
    imports TEXT NOT NULL,
    -- What correlation went by besides: a text that is compared, and not read.
    terms TEXT NOT NULL,
    -- The sequence of the world whose acceptances finding_acceptances repeats.
    acceptances_seq BIGINT NOT NULL
);
INSERT INTO finding_runs VALUES (1, 0, 1, 0, 0, '{}', '', 0);

CREATE TABLE findings (
    run BIGINT NOT NULL,
    id TEXT NOT NULL,
    detector TEXT NOT NULL,
    cause TEXT NOT NULL,
    -- From 1, a notice, to 5, critical.
    severity BIGINT NOT NULL,
    -- The name of the first subject.
    title TEXT NOT NULL,
    -- The same in lower case.
    folded TEXT NOT NULL,
    -- The names of the sources of all subjects, each between slashes.
    sources TEXT NOT NULL,
    -- Number of subjects.
    subjects BIGINT NOT NULL,
    fix TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    -- 0 unless the last run did not find it any more.
    fixed_at BIGINT NOT NULL,
    -- 0 unless it was fixed or accepted before.
    returned_at BIGINT NOT NULL,
    -- The subjects and the evidence, as JSON.
    document TEXT NOT NULL,
    PRIMARY KEY (run, id)
);
CREATE INDEX findings_by_cause ON findings (run, detector, cause);

CREATE TABLE finding_acceptances (
    id TEXT PRIMARY KEY,
    severity BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
