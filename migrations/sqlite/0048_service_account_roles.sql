-- A service account is never an owner. What owners and admins may do with credentials is the same, so no token changes.
CREATE TABLE service_accounts_by_role (
    id          TEXT   NOT NULL PRIMARY KEY,
    org_id      TEXT   NOT NULL REFERENCES orgs (id),
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    role        TEXT   NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
    created_at  BIGINT NOT NULL,
    UNIQUE (org_id, id)
);
INSERT INTO service_accounts_by_role (id, org_id, name, description, role, created_at)
    SELECT id, org_id, name, description, CASE role WHEN 'owner' THEN 'admin' ELSE role END, created_at FROM service_accounts;
DROP TABLE service_accounts;
ALTER TABLE service_accounts_by_role RENAME TO service_accounts;
CREATE INDEX service_accounts_by_age ON service_accounts (org_id, created_at DESC, id DESC);
