-- How often all credentials of an organisation were presented in each hour, so that its overview need not add up those of
-- each; and the hours of an organisation in their order, for who called most.
CREATE TABLE usage_of_orgs (
    org_id  TEXT   NOT NULL REFERENCES orgs (id),
    hour    BIGINT NOT NULL,
    outcome TEXT   NOT NULL,
    count   BIGINT NOT NULL CHECK (count >= 0),
    PRIMARY KEY (org_id, hour, outcome)
);

INSERT INTO usage_of_orgs (org_id, hour, outcome, count)
SELECT org_id, hour, outcome, SUM(count) FROM usage_hours GROUP BY org_id, hour, outcome;

CREATE INDEX usage_hours_by_org ON usage_hours (org_id, hour);
