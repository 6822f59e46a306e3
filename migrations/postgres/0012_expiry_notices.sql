-- When the next notice that a credential ends is due; nothing once all were given, and for one without an end.
-- Credentials that are there get those of 30, 7 and 1 days that their whole life is longer than, and the one that it has ended.
ALTER TABLE credentials ADD COLUMN notice_due_at BIGINT;
UPDATE credentials SET notice_due_at = expires_at - CASE
    WHEN expires_at - created_at > 2592000000 THEN 2592000000
    WHEN expires_at - created_at > 604800000 THEN 604800000
    WHEN expires_at - created_at > 86400000 THEN 86400000
    ELSE 0 END
WHERE expires_at IS NOT NULL AND revoked_at IS NULL;

-- Only those that are still to be given, so that looking for due ones every minute reads nothing else.
CREATE INDEX credentials_by_notice ON credentials (notice_due_at) WHERE notice_due_at IS NOT NULL AND revoked_at IS NULL;
