-- How often a credential may be used in a day or a month, as JSON; and how often it was, by the start of the period
-- (milliseconds since 1970). Every node adds to it, and reads what all of them have added.
ALTER TABLE credentials ADD COLUMN quota TEXT;

CREATE TABLE quota_uses (
    org_id        TEXT   NOT NULL,
    credential_id TEXT   NOT NULL,
    period_start  BIGINT NOT NULL,
    used          BIGINT NOT NULL CHECK (used >= 0),
    PRIMARY KEY (org_id, credential_id, period_start),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);

CREATE INDEX quota_uses_by_period ON quota_uses (period_start);
