-- pending_since: it waits for approval. enabled_at: it was last switched on again; from then on it can be idle.
ALTER TABLE credentials ADD COLUMN pending_since BIGINT;
ALTER TABLE credentials ADD COLUMN enabled_at BIGINT;

-- What was asked for when a credential was issued that waits for approval, and what was decided.
CREATE TABLE token_requests (
    org_id            TEXT   NOT NULL,
    credential_id     TEXT   NOT NULL,
    requested_by_id   TEXT   NOT NULL,
    requested_by_name TEXT   NOT NULL,
    justification     TEXT   NOT NULL,
    requested_at      BIGINT NOT NULL,
    outcome           TEXT   CHECK (outcome IN ('approved', 'denied')),
    decided_by_id     TEXT,
    decided_by_name   TEXT,
    decided_at        BIGINT,
    note              TEXT,
    PRIMARY KEY (org_id, credential_id),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id),
    CHECK ((outcome IS NULL) = (decided_at IS NULL))
);

CREATE INDEX token_requests_open ON token_requests (org_id, credential_id) WHERE outcome IS NULL;
CREATE INDEX credentials_idle ON credentials (org_id, kind) WHERE revoked_at IS NULL AND disabled_at IS NULL;
