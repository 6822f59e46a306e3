-- Of each hour in which a credential was presented: the calls of its last minute with calls, and the most in one minute.
-- hour, minute: when they began. Kept for two days.
CREATE TABLE busiest_minutes (
    org_id        TEXT   NOT NULL,
    credential_id TEXT   NOT NULL,
    hour          BIGINT NOT NULL,
    minute        BIGINT NOT NULL,
    calls         BIGINT NOT NULL CHECK (calls >= 0),
    most          BIGINT NOT NULL CHECK (most >= calls),
    PRIMARY KEY (org_id, credential_id, hour),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);

CREATE INDEX busiest_minutes_by_hour ON busiest_minutes (hour);
