-- Idempotency keys: who started which request, and what came of it. Kept for 24 hours.
-- key_hash = SHA-256 of the key, fingerprint = that of the body. target: what was made; none while the request runs.
-- sealed: a secret that only the holder of the idempotency key can open.
CREATE TABLE claims (
    org_id      TEXT   NOT NULL REFERENCES orgs (id),
    principal   TEXT   NOT NULL,
    route       TEXT   NOT NULL,
    key_hash    BLOB   NOT NULL CHECK (length(key_hash) = 32),
    fingerprint BLOB   NOT NULL CHECK (length(fingerprint) = 32),
    claimed_at  BIGINT NOT NULL,
    target      TEXT,
    sealed      BLOB,
    PRIMARY KEY (org_id, principal, route, key_hash),
    CHECK (sealed IS NULL OR target IS NOT NULL)
);

CREATE INDEX claims_by_age ON claims (claimed_at);
