-- A person is told what somebody else did to their token.
CREATE TABLE outbox_with_changes (
    org_id     TEXT   NOT NULL REFERENCES orgs (id),
    id         TEXT   NOT NULL,
    about      TEXT   NOT NULL CHECK (about IN ('invitation', 'credential', 'request', 'decision', 'change')),
    about_id   TEXT   NOT NULL,
    recipient  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL CHECK (tries >= 0),
    next_at    BIGINT,
    sent_at    BIGINT,
    PRIMARY KEY (org_id, id)
);
INSERT INTO outbox_with_changes (org_id, id, about, about_id, recipient, created_at, tries, next_at, sent_at)
    SELECT org_id, id, about, about_id, recipient, created_at, tries, next_at, sent_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_with_changes RENAME TO outbox;
CREATE INDEX outbox_by_next ON outbox (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_by_about ON outbox (org_id, about, created_at);
CREATE INDEX outbox_by_created ON outbox (created_at);
