-- Authorizations: what a client was granted for one session. Codes and refresh tokens are digests. 0 and '' stand for what is
-- not there.
CREATE TABLE openid_authorizations (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    session TEXT NOT NULL,
    person TEXT NOT NULL,
    scope TEXT NOT NULL,
    nonce TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    device_key TEXT NOT NULL,
    address TEXT NOT NULL,
    code TEXT NOT NULL,
    code_expires_at BIGINT NOT NULL,
    redeemed_at BIGINT NOT NULL,
    refresh TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL
);
CREATE INDEX openid_authorizations_expiring ON openid_authorizations (expires_at);

-- Which client is to be told that a session ended.
CREATE TABLE openid_logouts (
    session TEXT NOT NULL,
    client TEXT NOT NULL,
    person TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (session, client)
);
CREATE INDEX openid_logouts_due ON openid_logouts (ended_at, due_at);
