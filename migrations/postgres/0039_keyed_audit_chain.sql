-- The version of the key under which an event is hashed: hash = HMAC-SHA-256(key, prev_hash, then the row in the second
-- canonical form of store/src/audit_log/record.rs). Events from before this migration have none and keep their SHA-256.
ALTER TABLE audit_events ADD COLUMN key_version INTEGER CHECK (key_version >= 1);

ALTER TABLE audit_events ADD CONSTRAINT audit_events_are_keyed CHECK (key_version IS NOT NULL) NOT VALID;
