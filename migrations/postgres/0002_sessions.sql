-- Browser sessions. The cookie's value is in no column: id_hash is its SHA-256. id is what people are shown.
CREATE TABLE sessions (
    id_hash      BYTEA  NOT NULL PRIMARY KEY CHECK (length(id_hash) = 32),
    id           TEXT   UNIQUE,
    user_id      TEXT   REFERENCES users (id),
    data         TEXT   NOT NULL,
    ip           TEXT,
    user_agent   TEXT,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    CHECK (user_id IS NULL OR id IS NOT NULL)
);

CREATE INDEX sessions_by_user ON sessions (user_id, expires_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
