-- What identity providers said of the users and groups that they pushed. Who a person is, whether they may act and who is
-- in which group are facts; these rows hold the rest of what a provider wants to read back.
CREATE TABLE provisioned_resources (
    -- The service account that pushed it.
    client TEXT NOT NULL,
    -- User or Group.
    kind TEXT NOT NULL,
    -- The person's id, or the group's name.
    id TEXT NOT NULL,
    -- What may be there once only, in lower case: a user's userName, a group's displayName.
    unique_name TEXT NOT NULL,
    -- The client's own identifier; empty if it gave none.
    external_id TEXT NOT NULL,
    -- The attributes as JSON, without members, groups, id and meta.
    document TEXT NOT NULL,
    -- Counts changes, so that of two at the same time one finds out.
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (client, kind, id)
);
CREATE UNIQUE INDEX provisioned_by_name ON provisioned_resources (client, kind, unique_name);
CREATE INDEX provisioned_by_external_id ON provisioned_resources (client, kind, external_id);
CREATE INDEX provisioned_by_id ON provisioned_resources (kind, id);
