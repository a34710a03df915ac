-- The chain. What an entry means is nobody's business here; what it must look like is.
-- The primary key does more than find entries: of two appends to one head it lets exactly one in.
CREATE TABLE journal_entries (
    seq     bigint NOT NULL PRIMARY KEY CHECK (seq >= 1),
    hash    bytea  NOT NULL CHECK (octet_length(hash) = 32),
    payload bytea  NOT NULL CHECK (octet_length(payload) <= 1048576)
);

-- Against careless hands and our own mistakes; who can drop a trigger is caught by the chain.
CREATE FUNCTION journal_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END
$$;

CREATE TRIGGER journal_entries_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
    FOR EACH STATEMENT EXECUTE FUNCTION journal_entries_refuse();
