-- Users without a login that an organisation owns.
CREATE TABLE service_accounts (
    id          TEXT   NOT NULL PRIMARY KEY,
    org_id      TEXT   NOT NULL REFERENCES orgs (id),
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    role        TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at  BIGINT NOT NULL,
    UNIQUE (org_id, id)
);

CREATE INDEX service_accounts_by_age ON service_accounts (org_id, created_at DESC, id DESC);
