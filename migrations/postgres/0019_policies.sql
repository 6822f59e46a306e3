-- What an organisation asks of its credentials of a kind: what counts, and what is announced. creators and networks: joined
-- by single spaces. What counted before is in the audit log.
CREATE TABLE policies (
    org_id               TEXT   NOT NULL REFERENCES orgs (id),
    kind                 TEXT   NOT NULL CHECK (kind IN ('pat', 'api_key', 'client')),
    id                   TEXT   NOT NULL,
    creators             TEXT   NOT NULL,
    must_expire          BIGINT NOT NULL CHECK (must_expire IN (0, 1)),
    max_lifetime_seconds BIGINT CHECK (max_lifetime_seconds > 0),
    needs_approval       BIGINT NOT NULL CHECK (needs_approval IN (0, 1)),
    networks             TEXT   NOT NULL,
    max_idle_days        BIGINT CHECK (max_idle_days > 0),
    allows_all           BIGINT NOT NULL CHECK (allows_all IN (0, 1)),
    announced_at         BIGINT NOT NULL,
    warns_at             BIGINT NOT NULL,
    enforced_at          BIGINT NOT NULL,
    announced_by_id      TEXT   NOT NULL,
    announced_by_name    TEXT   NOT NULL,
    PRIMARY KEY (org_id, kind, id),
    UNIQUE (org_id, kind, enforced_at),
    CHECK (announced_at <= warns_at AND warns_at <= enforced_at)
);

-- Credentials that need not keep their policy before ends_at.
CREATE TABLE policy_exceptions (
    org_id          TEXT   NOT NULL,
    credential_id   TEXT   NOT NULL,
    note            TEXT   NOT NULL,
    granted_by_id   TEXT   NOT NULL,
    granted_by_name TEXT   NOT NULL,
    granted_at      BIGINT NOT NULL,
    ends_at         BIGINT NOT NULL,
    PRIMARY KEY (org_id, credential_id),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);
