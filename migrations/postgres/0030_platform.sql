-- Which organization operates the installation: one row, written with the first organization. In a database that has
-- organizations already, it is the one that operated until now.
CREATE TABLE platform (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    org_id TEXT   NOT NULL REFERENCES orgs (id)
);

INSERT INTO platform (id, org_id) SELECT 1, id FROM orgs ORDER BY id LIMIT 1;
