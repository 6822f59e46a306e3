-- The history of one thing, newest first. Filters on the rest walk the primary key.
-- Ids are compared byte by byte, as those of the credentials that they name.
ALTER TABLE audit_events ALTER COLUMN target_id TYPE TEXT COLLATE "C";
CREATE INDEX audit_events_by_target ON audit_events (org_id, target_id, seq DESC);
