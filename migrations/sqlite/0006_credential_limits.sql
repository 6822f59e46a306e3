-- What a credential carries besides scopes and time, and the switch.
-- resources and networks: joined by single spaces, empty for no limit. rate_limit, metadata and client: JSON.
-- name_folded: the name in lower case as Unicode has it, which not every database can do; for searching.
ALTER TABLE credentials ADD COLUMN resources TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN networks TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN rate_limit TEXT;
ALTER TABLE credentials ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
ALTER TABLE credentials ADD COLUMN client TEXT CHECK ((kind = 'client') = (client IS NOT NULL));
ALTER TABLE credentials ADD COLUMN disabled_at BIGINT;
ALTER TABLE credentials ADD COLUMN name_folded TEXT NOT NULL DEFAULT '';
UPDATE credentials SET name_folded = lower(name);

-- The inventory lists every kind together, so it cannot be cut by id, which starts with the kind.
CREATE INDEX credentials_by_age ON credentials (org_id, created_at DESC, id DESC);
