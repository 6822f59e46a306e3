-- The overview counts by ranges of an index: of each kind those that are on, by their end, and apart from them what is
-- revoked, disabled or waiting. It serves as well what looks for idle credentials of a kind.
DROP INDEX credentials_idle;
CREATE INDEX credentials_by_state ON credentials
    (org_id, kind, revoked_at, disabled_at, pending_since, expires_at, created_at);

-- Few credentials were ever rolled; these are found without going through all secrets.
CREATE INDEX secrets_rolled ON secrets (org_id, number, credential_id) WHERE number > 1;
