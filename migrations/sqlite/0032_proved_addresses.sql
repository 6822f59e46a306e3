-- An address counts as somebody's once it is proved. Any number of accounts can have an address that nobody has proved; one can
-- have a proved one, and then the others have lost it. Of the accounts that exist, those of the platform organization count as
-- proved: whoever set up or invited them runs the installation.
CREATE TABLE users_with_proof (
    id            TEXT   NOT NULL PRIMARY KEY,
    email         TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    proved_at     BIGINT
);

INSERT INTO users_with_proof (id, email, name, password_hash, created_at, proved_at)
    SELECT id, email, name, password_hash, created_at,
        CASE WHEN id IN (SELECT m.user_id FROM memberships m JOIN platform p ON p.org_id = m.org_id) THEN created_at END
    FROM users;

-- SQLite cannot take a UNIQUE off a column. Nothing checks references while migrations run, and all are checked at their end.
DROP TABLE users;
ALTER TABLE users_with_proof RENAME TO users;

CREATE UNIQUE INDEX users_proved_email ON users (email) WHERE proved_at IS NOT NULL;
CREATE INDEX users_by_email ON users (email, id);
