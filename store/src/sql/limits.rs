//! Statements on limits, and on how much of each limit an organization uses.
//!
//! Owns: `org_limits`. Counting stops at $2: the amount above a limit does not matter.

super::statements! {
    LIMITS_SET = "SELECT name, value FROM org_limits WHERE org_id = $1";

    SET_LIMIT = "INSERT INTO org_limits (org_id, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (org_id, name) DO UPDATE SET value = $3";

    COUNT_CREDENTIALS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM credentials
        WHERE org_id = $1 AND kind IN ('pat', 'api_key', 'client') AND revoked_at IS NULL LIMIT $2) AS counted";

    COUNT_SERVICE_ACCOUNTS = "SELECT COUNT(*) FROM
        (SELECT 1 AS one FROM service_accounts WHERE org_id = $1 LIMIT $2) AS counted";

    COUNT_APIS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM apis WHERE org_id = $1 LIMIT $2) AS counted";

    COUNT_SCOPES = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM api_scopes s JOIN apis a ON a.id = s.api_id
        WHERE a.org_id = $1 LIMIT $2) AS counted";

    COUNT_OPERATIONS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM operations o JOIN apis a ON a.id = o.api_id
        WHERE a.org_id = $1 LIMIT $2) AS counted";

    COUNT_MEMBERS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM memberships WHERE org_id = $1 LIMIT $2) AS counted";

    COUNT_INVITATIONS = "SELECT COUNT(*) FROM
        (SELECT 1 AS one FROM invitations WHERE org_id = $1 AND created_at > $3 LIMIT $2) AS counted";
}
