-- The version of the key under which an event is hashed: hash = HMAC-SHA-256(key, prev_hash, then the row in the second
-- canonical form of store/src/audit_log/record.rs). Events from before this migration have none and keep their SHA-256.
ALTER TABLE audit_events ADD COLUMN key_version INTEGER CHECK (key_version >= 1);

CREATE TRIGGER audit_events_are_keyed BEFORE INSERT ON audit_events WHEN NEW.key_version IS NULL
BEGIN
    SELECT RAISE(ABORT, 'audit events are keyed');
END;
