-- The history of one thing, newest first. Filters on the rest walk the primary key.
CREATE INDEX audit_events_by_target ON audit_events (org_id, target_id, seq DESC);
