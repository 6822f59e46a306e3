-- What was done, by whom, to what: one row for each committed change, numbered without gaps inside an organisation.
-- hash = SHA-256(prev_hash, then the row in the canonical form of store/src/audit_log/record.rs).
CREATE TABLE audit_events (
    org_id                TEXT   NOT NULL REFERENCES orgs (id),
    seq                   BIGINT NOT NULL CHECK (seq >= 1),
    id                    TEXT   NOT NULL UNIQUE,
    at                    BIGINT NOT NULL,
    action                TEXT   NOT NULL,
    actor_type            TEXT   NOT NULL,
    actor_id              TEXT   NOT NULL,
    actor_name            TEXT   NOT NULL,
    actor_credential_id   TEXT,
    actor_credential_name TEXT,
    actor_session_id      TEXT,
    target_type           TEXT   NOT NULL,
    target_id             TEXT   NOT NULL,
    target_name           TEXT,
    detail                TEXT   NOT NULL,
    request_id            TEXT   NOT NULL,
    ip                    TEXT,
    user_agent            TEXT,
    prev_hash             BLOB   NOT NULL CHECK (length(prev_hash) = 32),
    hash                  BLOB   NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (org_id, seq)
);

-- The last number and hash of each organisation. A writing transaction holds this row from its first statement on,
-- so changes of one organisation happen one after another. It is made before the organisation's own row exists.
CREATE TABLE audit_heads (
    org_id TEXT   NOT NULL PRIMARY KEY,
    seq    BIGINT NOT NULL CHECK (seq >= 0),
    hash   BLOB   NOT NULL CHECK (length(hash) = 32)
);

CREATE TRIGGER audit_events_are_never_changed BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are append-only');
END;

CREATE TRIGGER audit_events_are_never_deleted BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are append-only');
END;
