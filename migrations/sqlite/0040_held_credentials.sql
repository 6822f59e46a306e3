-- Since when a token is off until its owner confirms it: they left the organization and came back.
ALTER TABLE credentials ADD COLUMN held_since BIGINT;
