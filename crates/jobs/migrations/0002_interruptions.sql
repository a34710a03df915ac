-- How often a job was taken up because its process died with it. A process that stops in order releases its jobs, which does
-- not count: a long job may see many restarts.
ALTER TABLE jobs ADD COLUMN interruptions BIGINT NOT NULL DEFAULT 0;
