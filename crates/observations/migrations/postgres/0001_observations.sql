-- Of each subject the newest moment. `changed` is a number that only grows, drawn from the one row of the other table,
-- which every writer holds until it commits: numbers are committed in their order.
CREATE TABLE observations (
    kind BIGINT NOT NULL,
    subject BYTEA NOT NULL,
    observed_at BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    process TEXT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX observations_changed ON observations (changed);
CREATE TABLE observation_changes (id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1), newest BIGINT NOT NULL);
INSERT INTO observation_changes (id, newest) VALUES (1, 0);
