-- Roles that an organisation made for itself. name_key: the name in lower case, by which two are the same.
CREATE TABLE roles (
    org_id      TEXT   NOT NULL REFERENCES orgs (id),
    id          TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    name_key    TEXT   NOT NULL,
    description TEXT   NOT NULL,
    scopes      TEXT   NOT NULL,
    reach       TEXT   NOT NULL CHECK (reach IN ('own', 'everyone')),
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name_key)
);

-- Whoever has one of these is a viewer to all that does not know of them: it can never be taken for more.
ALTER TABLE memberships ADD COLUMN role_id TEXT;
ALTER TABLE memberships ADD FOREIGN KEY (org_id, role_id) REFERENCES roles (org_id, id);
ALTER TABLE memberships ADD CHECK (role_id IS NULL OR role = 'viewer');
CREATE INDEX memberships_by_role ON memberships (org_id, role_id);

ALTER TABLE invitations ADD COLUMN role_id TEXT;
ALTER TABLE invitations ADD FOREIGN KEY (org_id, role_id) REFERENCES roles (org_id, id);
ALTER TABLE invitations ADD CHECK (role_id IS NULL OR role = 'viewer');
CREATE INDEX invitations_by_role ON invitations (org_id, role_id);

ALTER TABLE departures ADD COLUMN role_id TEXT;
ALTER TABLE departures ADD FOREIGN KEY (org_id, role_id) REFERENCES roles (org_id, id);
ALTER TABLE departures ADD CHECK (role_id IS NULL OR role = 'viewer');
CREATE INDEX departures_by_role ON departures (org_id, role_id);
