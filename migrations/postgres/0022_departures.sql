-- For how many days the tokens of whoever leaves go on; 0: they stop at once.
ALTER TABLE orgs ADD COLUMN succession_grace_days BIGINT NOT NULL DEFAULT 0
    CHECK (succession_grace_days BETWEEN 0 AND 30);

-- Who has left: as what, when, and until when their tokens go on. Gone when they join again.
CREATE TABLE departures (
    org_id        TEXT   NOT NULL REFERENCES orgs (id),
    user_id       TEXT   NOT NULL REFERENCES users (id),
    role          TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    left_at       BIGINT NOT NULL,
    grace_ends_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, user_id)
);

CREATE INDEX departures_by_grace ON departures (org_id, grace_ends_at);
