-- How far entries were copied into archive files. They may be deleted up to there, and none after it.
CREATE TABLE journal_archived (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    until    INTEGER NOT NULL CHECK (until >= 1),
    hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

DROP TRIGGER journal_entries_never_go;

CREATE TRIGGER journal_entries_never_go BEFORE DELETE ON journal_entries
WHEN OLD.seq > coalesce((SELECT until FROM journal_archived), 0)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only, but for what is archived');
END;
