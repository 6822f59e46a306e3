-- A search goes through the names of an organisation, newest first, without going to each row for its name.
DROP INDEX credentials_by_age;
CREATE INDEX credentials_by_age ON credentials (org_id, created_at DESC, id DESC, name_folded);
