//! Statements on policies, policy exceptions and approval requests.

super::statements! {
    POLICIES = "SELECT kind, id, creators, must_expire, max_lifetime_seconds, needs_approval, networks, max_idle_days,
            allows_all, announced_at, warns_at, enforced_at, announced_by_id, announced_by_name
        FROM policies WHERE org_id = $1";

    DELETE_POLICY = "DELETE FROM policies WHERE org_id = $1 AND kind = $2";

    INSERT_POLICY = "INSERT INTO policies (org_id, kind, id, creators, must_expire, max_lifetime_seconds, needs_approval,
            networks, max_idle_days, allows_all, announced_at, warns_at, enforced_at, announced_by_id, announced_by_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

    EXCEPTION_ENDS = "SELECT credential_id, ends_at FROM policy_exceptions WHERE org_id = $1";

    /// Exceptions that have not ended; the first to end comes first.
    EXCEPTIONS = "SELECT e.credential_id, c.name, e.note, e.granted_by_id, e.granted_by_name, e.granted_at, e.ends_at
        FROM policy_exceptions e JOIN credentials c ON c.org_id = e.org_id AND c.id = e.credential_id
        WHERE e.org_id = $1 AND e.ends_at > $2 ORDER BY e.ends_at, e.credential_id";

    DELETE_EXCEPTION = "DELETE FROM policy_exceptions WHERE org_id = $1 AND credential_id = $2";

    INSERT_EXCEPTION = "INSERT INTO policy_exceptions (org_id, credential_id, note, granted_by_id, granted_by_name,
            granted_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";

    INSERT_TOKEN_REQUEST = "INSERT INTO token_requests (org_id, credential_id, requested_by_id, requested_by_name,
            justification, requested_at)
        VALUES ($1, $2, $3, $4, $5, $6)";

    TOKEN_REQUEST = "SELECT t.credential_id, t.requested_by_id, t.requested_by_name, t.justification, t.requested_at,
            t.outcome, t.decided_by_id, t.decided_by_name, t.decided_at, t.note
        FROM token_requests t WHERE t.org_id = $1 AND t.credential_id = $2";

    /// Requests in the state $6, newest first.
    TOKEN_REQUESTS = "SELECT t.credential_id, t.requested_by_id, t.requested_by_name, t.justification, t.requested_at,
            t.outcome, t.decided_by_id, t.decided_by_name, t.decided_at, t.note
        FROM token_requests t JOIN credentials c ON c.org_id = t.org_id AND c.id = t.credential_id
        WHERE t.org_id = $1 AND (CAST($2 AS TEXT) IS NULL OR (c.owner_type = $2 AND c.owner_id = $3))
            AND t.credential_id < $4
            AND CASE WHEN c.pending_since IS NOT NULL AND c.revoked_at IS NULL
                    AND (c.expires_at IS NULL OR c.expires_at > $7) THEN 'waiting'
                WHEN t.outcome IS NULL THEN 'withdrawn' ELSE 'decided' END = $6
        ORDER BY t.credential_id DESC LIMIT $5";

    /// Number of pending requests of other users, counted up to 100. CROSS JOIN fixes the join order: open requests are
    /// few, and credentials are many.
    WAITING_REQUESTS = "SELECT COUNT(*) FROM (SELECT 1 AS one
        FROM token_requests t CROSS JOIN credentials c
        WHERE t.org_id = $1 AND t.requested_by_id <> $3 AND t.outcome IS NULL
            AND c.org_id = t.org_id AND c.id = t.credential_id AND c.pending_since IS NOT NULL AND c.revoked_at IS NULL
            AND (c.expires_at IS NULL OR c.expires_at > $2) LIMIT 100) w";

    /// Only once: a decision is final.
    DECIDE_TOKEN_REQUEST = "UPDATE token_requests SET outcome = $3, decided_by_id = $4, decided_by_name = $5,
            decided_at = $6, note = $7
        WHERE org_id = $1 AND credential_id = $2 AND outcome IS NULL";

    /// Activates a pending credential with these scopes.
    APPROVE_CREDENTIAL = "UPDATE credentials SET pending_since = NULL, scopes = $3
        WHERE org_id = $1 AND id = $2 AND pending_since IS NOT NULL AND revoked_at IS NULL";
}
