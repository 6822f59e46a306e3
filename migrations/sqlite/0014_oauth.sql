-- Signing keys belong to the installation. That an algorithm has had a key is remembered apart, so that keys which are
-- gone from their table are noticed.
CREATE TABLE signing_algs (
    alg   TEXT   NOT NULL PRIMARY KEY CHECK (alg IN ('ES256', 'RS256', 'EdDSA')),
    since BIGINT NOT NULL
);

CREATE TABLE signing_keys (
    kid          TEXT   NOT NULL PRIMARY KEY,
    alg          TEXT   NOT NULL REFERENCES signing_algs (alg),
    number       BIGINT NOT NULL CHECK (number >= 1),
    public_jwk   TEXT   NOT NULL,
    wrapped      BLOB,
    created_at   BIGINT NOT NULL,
    activates_at BIGINT NOT NULL,
    revoked_at   BIGINT,
    UNIQUE (alg, number)
);

-- Access tokens that were revoked before they ended, by their own name.
CREATE TABLE revoked_access_tokens (
    org_id        TEXT   NOT NULL REFERENCES orgs (id),
    jti           TEXT   NOT NULL,
    credential_id TEXT   NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (org_id, jti)
);

CREATE INDEX revoked_access_tokens_by_expiry ON revoked_access_tokens (expires_at);

-- Assertions that clients have used: each counts once, on all nodes.
CREATE TABLE used_assertions (
    org_id     TEXT   NOT NULL REFERENCES orgs (id),
    client_id  TEXT   NOT NULL,
    jti_hash   BLOB   NOT NULL CHECK (length(jti_hash) = 32),
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, client_id, jti_hash),
    FOREIGN KEY (org_id, client_id) REFERENCES credentials (org_id, id)
);

CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at);
