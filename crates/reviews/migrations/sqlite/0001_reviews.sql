-- What access reviews asked, as it was when they were opened, and the reports with which they were sealed. The facts state
-- the digest of each. What was decided is in the facts, and is not repeated here.
CREATE TABLE review_items (
    review TEXT NOT NULL,
    -- From 1, without a gap.
    number BIGINT NOT NULL,
    -- The item, as JSON.
    body TEXT NOT NULL,
    PRIMARY KEY (review, number)
);

-- A report that another closing overtook stays beside the one that was sealed: the digest tells them apart.
CREATE TABLE review_reports (
    review TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- The report, in canonical JSON.
    body TEXT NOT NULL,
    PRIMARY KEY (review, digest)
);
