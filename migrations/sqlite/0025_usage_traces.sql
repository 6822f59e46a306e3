-- From where, by which API and for which operations a credential was used, and when last: who would notice if it stopped
-- working. kind: 'address'; 'api', whose value is the credential that asked; 'operation', whose value is its id.
CREATE TABLE usage_traces (
    org_id        TEXT   NOT NULL,
    credential_id TEXT   NOT NULL,
    kind          TEXT   NOT NULL CHECK (kind IN ('address', 'api', 'operation')),
    value         TEXT   NOT NULL,
    noted_at      BIGINT NOT NULL,
    PRIMARY KEY (org_id, credential_id, kind, value),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);

CREATE INDEX usage_traces_by_age ON usage_traces (noted_at);
