-- An address counts as somebody's once it is proved. Any number of accounts can have an address that nobody has proved; one can
-- have a proved one, and then the others have lost it. Of the accounts that exist, those of the platform organization count as
-- proved: whoever set up or invited them runs the installation.
ALTER TABLE users ADD COLUMN proved_at BIGINT;
ALTER TABLE users DROP CONSTRAINT users_email_key;

UPDATE users SET proved_at = created_at
    WHERE id IN (SELECT m.user_id FROM memberships m JOIN platform p ON p.org_id = m.org_id);

CREATE UNIQUE INDEX users_proved_email ON users (email) WHERE proved_at IS NOT NULL;
CREATE INDEX users_by_email ON users (email, id);
