-- The names of the glossary: offboarding, grace period, usage sources.
ALTER TABLE orgs RENAME COLUMN succession_grace_days TO grace_period_days;
ALTER TABLE departures RENAME TO offboardings;
DROP INDEX departures_by_grace;
DROP INDEX departures_by_role;
CREATE INDEX offboardings_by_grace ON offboardings (org_id, grace_ends_at);
CREATE INDEX offboardings_by_role ON offboardings (org_id, role_id);
ALTER TABLE usage_traces RENAME TO usage_sources;
DROP INDEX usage_traces_by_age;
CREATE INDEX usage_sources_by_age ON usage_sources (noted_at);
