-- How far entries were copied into archive files. They may be deleted up to there, and none after it.
CREATE TABLE journal_archived (
    only_row bigint  NOT NULL PRIMARY KEY CHECK (only_row = 1),
    until    bigint  NOT NULL CHECK (until >= 1),
    hash     bytea   NOT NULL CHECK (octet_length(hash) = 32)
);

DROP TRIGGER journal_entries_never_change ON journal_entries;

CREATE TRIGGER journal_entries_never_change BEFORE UPDATE OR TRUNCATE ON journal_entries
    FOR EACH STATEMENT EXECUTE FUNCTION journal_entries_refuse();

CREATE FUNCTION journal_entries_refuse_unarchived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seq > coalesce((SELECT until FROM journal_archived), 0) THEN
        RAISE EXCEPTION 'the journal is append-only, but for what is archived';
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER journal_entries_never_go BEFORE DELETE ON journal_entries
    FOR EACH ROW EXECUTE FUNCTION journal_entries_refuse_unarchived();
