-- The team that a credential belongs to, as people call it. Empty: none.
ALTER TABLE credentials ADD COLUMN team TEXT NOT NULL DEFAULT '';
