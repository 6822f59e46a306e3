-- Who may become a member of an organisation, as what. ended_at: when it was accepted or taken back.
CREATE TABLE invitations (
    org_id          TEXT   NOT NULL REFERENCES orgs (id),
    id              TEXT   NOT NULL,
    email           TEXT   NOT NULL,
    role            TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    invited_by_id   TEXT   NOT NULL,
    invited_by_name TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    PRIMARY KEY (org_id, id)
);

-- Whoever follows a link knows the id alone.
CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
CREATE INDEX invitations_by_email ON invitations (org_id, email);
