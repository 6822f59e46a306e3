-- Credentials of every kind, and the secrets that come and go with them.
-- Ids are compared byte by byte, as SQLite does, because pages are cut by them.
-- scopes: RFC 6749 text, joined by single spaces. owner_id is the organisation's, the person's or the service account's id.
CREATE TABLE credentials (
    id              TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    org_id          TEXT   NOT NULL REFERENCES orgs (id),
    kind            TEXT   NOT NULL CHECK (kind IN ('pat', 'api_key', 'client')),
    env             TEXT   NOT NULL CHECK (env IN ('live', 'test')),
    owner_type      TEXT   NOT NULL CHECK (owner_type IN ('organization', 'user', 'service_account')),
    owner_id        TEXT   NOT NULL,
    created_by_id   TEXT   NOT NULL,
    created_by_name TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    description     TEXT   NOT NULL,
    scopes          TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    revoked_at      BIGINT,
    UNIQUE (org_id, id),
    CHECK (expires_at IS NULL OR expires_at >= created_at)
);

CREATE INDEX credentials_by_owner ON credentials (org_id, owner_id, kind, id DESC);
CREATE INDEX credentials_by_kind ON credentials (org_id, kind, id DESC);

-- verifier = HMAC-SHA-256(pepper of that version, whole token). The plain secret is in no column.
CREATE TABLE secrets (
    id             TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    org_id         TEXT   NOT NULL,
    credential_id  TEXT   COLLATE "C" NOT NULL,
    verifier       BYTEA  NOT NULL UNIQUE CHECK (length(verifier) = 32),
    pepper_version INTEGER NOT NULL REFERENCES peppers (version),
    redacted       TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    last_used_at   BIGINT,
    last_used_ip   TEXT,
    retires_at     BIGINT,
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);

CREATE INDEX secrets_by_credential ON secrets (org_id, credential_id, id);
