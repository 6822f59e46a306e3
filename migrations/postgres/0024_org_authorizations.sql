-- A person's token that works in an organisation beside its home, or is to. The row belongs to that organisation (org_id).
-- scopes, resources, networks: how far the token went when it was authorised, or last approved.
CREATE TABLE org_authorizations (
    org_id          TEXT   NOT NULL REFERENCES orgs (id),
    credential_id   TEXT   NOT NULL,
    home_id         TEXT   NOT NULL,
    owner_id        TEXT   NOT NULL REFERENCES users (id),
    scopes          TEXT   NOT NULL,
    resources       TEXT   NOT NULL,
    networks        TEXT   NOT NULL,
    authorized_at   BIGINT NOT NULL,
    pending_since   BIGINT,
    outcome         TEXT   CHECK (outcome IN ('approved', 'denied')),
    decided_by_id   TEXT,
    decided_by_name TEXT,
    decided_at      BIGINT,
    note            TEXT,
    PRIMARY KEY (org_id, credential_id),
    FOREIGN KEY (home_id, credential_id) REFERENCES credentials (org_id, id),
    CHECK (org_id <> home_id),
    CHECK ((outcome IS NULL) = (decided_at IS NULL)),
    CHECK (outcome IS NULL OR pending_since IS NULL)
);

CREATE INDEX org_authorizations_by_home ON org_authorizations (home_id, credential_id);
