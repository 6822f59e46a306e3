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

-- SQLite adds no key of two columns to a table that is there, so each is made anew. Nothing refers to them.
-- Whoever has one of these is a viewer to all that does not know of them: it can never be taken for more.
CREATE TABLE memberships_with_roles (
    org_id  TEXT NOT NULL REFERENCES orgs (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role    TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    role_id TEXT CHECK (role_id IS NULL OR role = 'viewer'),
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, role_id) REFERENCES roles (org_id, id)
);
INSERT INTO memberships_with_roles (org_id, user_id, role)
    SELECT org_id, user_id, role FROM memberships;
DROP TABLE memberships;
ALTER TABLE memberships_with_roles RENAME TO memberships;
CREATE INDEX memberships_by_user ON memberships (user_id, org_id);
CREATE INDEX memberships_by_role ON memberships (org_id, role_id);

CREATE TABLE invitations_with_roles (
    org_id          TEXT   NOT NULL REFERENCES orgs (id),
    id              TEXT   NOT NULL,
    email           TEXT   NOT NULL,
    role            TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    invited_by_id   TEXT   NOT NULL,
    invited_by_name TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    role_id         TEXT CHECK (role_id IS NULL OR role = 'viewer'),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, role_id) REFERENCES roles (org_id, id)
);
INSERT INTO invitations_with_roles (org_id, id, email, role, invited_by_id, invited_by_name, created_at, expires_at, ended_at)
    SELECT org_id, id, email, role, invited_by_id, invited_by_name, created_at, expires_at, ended_at FROM invitations;
DROP TABLE invitations;
ALTER TABLE invitations_with_roles RENAME TO invitations;
-- Whoever follows a link knows the id alone.
CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
CREATE INDEX invitations_by_email ON invitations (org_id, email);
CREATE INDEX invitations_by_role ON invitations (org_id, role_id);

CREATE TABLE departures_with_roles (
    org_id        TEXT   NOT NULL REFERENCES orgs (id),
    user_id       TEXT   NOT NULL REFERENCES users (id),
    role          TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    left_at       BIGINT NOT NULL,
    grace_ends_at BIGINT NOT NULL,
    role_id       TEXT CHECK (role_id IS NULL OR role = 'viewer'),
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, role_id) REFERENCES roles (org_id, id)
);
INSERT INTO departures_with_roles (org_id, user_id, role, left_at, grace_ends_at)
    SELECT org_id, user_id, role, left_at, grace_ends_at FROM departures;
DROP TABLE departures;
ALTER TABLE departures_with_roles RENAME TO departures;
CREATE INDEX departures_by_grace ON departures (org_id, grace_ends_at);
CREATE INDEX departures_by_role ON departures (org_id, role_id);
