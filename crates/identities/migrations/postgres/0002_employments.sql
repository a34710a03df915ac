-- What authoritative sources say, or said last, about people. A record that its source no longer has keeps its row.
CREATE TABLE identity_employments (
    source TEXT NOT NULL,
    record_key TEXT NOT NULL,
    -- From when on the person does not belong to the organisation; the largest number if the source does not say.
    ends_at BIGINT NOT NULL,
    -- 1 once the source no longer has the record.
    gone BIGINT NOT NULL,
    -- The addresses and accounts of the person, as JSON.
    body TEXT NOT NULL,
    PRIMARY KEY (source, record_key)
);

-- One row: what the correlation had read that wrote them.
CREATE TABLE identity_employment_basis (
    id BIGINT NOT NULL PRIMARY KEY,
    basis TEXT NOT NULL
);

-- What became of the people who left, by the last import of each source that was looked at.
CREATE TABLE identity_settlements (
    source TEXT NOT NULL PRIMARY KEY,
    import BIGINT NOT NULL,
    settled_at BIGINT NOT NULL,
    -- The numbers, as JSON.
    body TEXT NOT NULL
);
