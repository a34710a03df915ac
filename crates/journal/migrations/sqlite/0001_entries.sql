-- The chain. What an entry means is nobody's business here; what it must look like is.
CREATE TABLE journal_entries (
    seq     INTEGER NOT NULL PRIMARY KEY CHECK (seq >= 1),
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    payload BLOB    NOT NULL CHECK (length(payload) <= 1048576)
) STRICT;

-- Against careless hands and our own mistakes; who can drop a trigger is caught by the chain.
CREATE TRIGGER journal_entries_never_change BEFORE UPDATE ON journal_entries
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER journal_entries_never_go BEFORE DELETE ON journal_entries
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
