-- The names of the glossary: offboarding, grace period, usage sources.
ALTER TABLE orgs RENAME COLUMN succession_grace_days TO grace_period_days;
ALTER TABLE departures RENAME TO offboardings;
ALTER INDEX departures_by_grace RENAME TO offboardings_by_grace;
ALTER INDEX departures_by_role RENAME TO offboardings_by_role;
ALTER TABLE usage_traces RENAME TO usage_sources;
ALTER INDEX usage_traces_by_age RENAME TO usage_sources_by_age;
