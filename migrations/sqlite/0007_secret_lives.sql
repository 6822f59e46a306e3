-- What the state of a secret is worked out from. When it retires follows from its successors and is not stored.
-- number: 1, 2, … inside a credential. Rolling depends on which secret is newer, and clocks can jump back.
ALTER TABLE secrets ADD COLUMN number BIGINT NOT NULL DEFAULT 1 CHECK (number >= 1);
ALTER TABLE secrets ADD COLUMN first_used_at BIGINT;
ALTER TABLE secrets ADD COLUMN overlap_seconds BIGINT CHECK (overlap_seconds BETWEEN 0 AND 604800);
ALTER TABLE secrets ADD COLUMN cancelled_at BIGINT;
ALTER TABLE secrets ADD COLUMN retired_at BIGINT;
ALTER TABLE secrets DROP COLUMN retires_at;
-- Nobody wrote down the first use until now; it was no later than the last one.
UPDATE secrets SET first_used_at = last_used_at;

DROP INDEX secrets_by_credential;
CREATE UNIQUE INDEX secrets_by_number ON secrets (org_id, credential_id, number);
