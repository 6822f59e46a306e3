-- What verification depends on and changed, in the order of commits: a row in the transaction of each change. The head
-- is moved last in such a transaction and held to its end, so numbers have no gaps and become visible in their order.
CREATE TABLE feed_head (
    id  INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT  NOT NULL CHECK (seq >= 0)
);
INSERT INTO feed_head (id, seq) VALUES (1, 0);

-- target_id: of the credential, API, access token or whatever the change was made to.
CREATE TABLE feed (
    seq         BIGINT NOT NULL PRIMARY KEY,
    org_id      TEXT   NOT NULL,
    target_type TEXT   NOT NULL,
    target_id   TEXT   NOT NULL,
    at          BIGINT NOT NULL
);

CREATE INDEX feed_by_age ON feed (at);

-- Processes that verify, and how much of the feed each has taken in.
CREATE TABLE nodes (
    id         TEXT   NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    seq        BIGINT NOT NULL
);

-- How often each credential was presented in each hour (milliseconds since 1970 of its start), and what came of it.
CREATE TABLE usage_hours (
    org_id        TEXT   NOT NULL,
    credential_id TEXT   NOT NULL,
    hour          BIGINT NOT NULL,
    outcome       TEXT   NOT NULL,
    count         BIGINT NOT NULL CHECK (count >= 0),
    PRIMARY KEY (org_id, credential_id, hour, outcome),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);

-- Calls that were refused, a sample of them: when, from where and why, never with what.
CREATE TABLE refused_calls (
    id            TEXT   NOT NULL PRIMARY KEY,
    org_id        TEXT   NOT NULL,
    credential_id TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    outcome       TEXT   NOT NULL,
    ip            TEXT,
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);

CREATE INDEX refused_calls_by_credential ON refused_calls (org_id, credential_id, id DESC);
CREATE INDEX refused_calls_by_age ON refused_calls (at);

-- Of a client that proves with its own keys who it is: it has no secret whose use could be noted.
ALTER TABLE credentials ADD COLUMN last_used_at BIGINT;
ALTER TABLE credentials ADD COLUMN last_used_ip TEXT;
