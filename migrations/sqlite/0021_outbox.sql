-- Mail that is to be sent: what it is about and to whom. What it says is worked out when it is sent, so neither a link nor
-- anything else worth having stands here. next_at: when it is tried next; nothing once it was sent, given up or overtaken.
CREATE TABLE outbox (
    org_id     TEXT   NOT NULL REFERENCES orgs (id),
    id         TEXT   NOT NULL,
    about      TEXT   NOT NULL CHECK (about IN ('invitation', 'credential', 'request', 'decision')),
    about_id   TEXT   NOT NULL,
    recipient  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL CHECK (tries >= 0),
    next_at    BIGINT,
    sent_at    BIGINT,
    PRIMARY KEY (org_id, id)
);

-- Only what is still to be sent, so that looking for it every few seconds reads nothing else.
CREATE INDEX outbox_by_next ON outbox (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_by_about ON outbox (org_id, about, created_at);
CREATE INDEX outbox_by_created ON outbox (created_at);
