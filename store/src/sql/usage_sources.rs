//! Statements on usage sources.

super::statements! {
    /// Adds nothing for a credential that no longer exists, and no new value for one that has $6 of this kind.
    NOTE_USAGE_SOURCE = "INSERT INTO usage_sources (org_id, credential_id, kind, value, noted_at)
        SELECT c.org_id, c.id, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM credentials c
        WHERE c.org_id = $1 AND c.id = $2 AND (
            EXISTS (SELECT 1 FROM usage_sources t
                WHERE t.org_id = $1 AND t.credential_id = $2 AND t.kind = $3 AND t.value = $4)
            OR (SELECT COUNT(*) FROM usage_sources t
                WHERE t.org_id = $1 AND t.credential_id = $2 AND t.kind = $3) < $6)
        ON CONFLICT (org_id, credential_id, kind, value) DO UPDATE
            SET noted_at = CASE WHEN usage_sources.noted_at > $5 THEN usage_sources.noted_at ELSE $5 END";

    USAGE_SOURCES_OF = "SELECT t.kind, t.value, c.name, t.noted_at FROM usage_sources t
        LEFT JOIN credentials c ON t.kind = 'api' AND c.org_id = t.org_id AND c.id = t.value
        WHERE t.org_id = $1 AND t.credential_id = $2 AND t.noted_at >= $3
        ORDER BY t.kind, t.noted_at DESC, t.value";

    DELETE_OLD_USAGE_SOURCES = "DELETE FROM usage_sources WHERE noted_at < $1";
}
