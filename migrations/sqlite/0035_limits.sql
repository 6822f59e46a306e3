-- Limits that an operator has set for one organization. Where there is no row, the default counts.
CREATE TABLE org_limits (
    org_id TEXT   NOT NULL REFERENCES orgs (id),
    name   TEXT   NOT NULL,
    value  BIGINT NOT NULL CHECK (value >= 0),
    PRIMARY KEY (org_id, name)
);
