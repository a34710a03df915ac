-- How far each projection has come. Its own tables are made by the program: they can always be built again.
CREATE TABLE projection_positions (
    name       TEXT   NOT NULL PRIMARY KEY,
    -- The version of the shape of its tables; 0 before they were made.
    shape      BIGINT NOT NULL,
    -- How often they were made anew.
    generation BIGINT NOT NULL,
    -- The last entry of the journal that is folded, and its hash.
    seq        BIGINT NOT NULL,
    head       TEXT   NOT NULL
);
