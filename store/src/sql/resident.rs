//! Statements that fill the memory of the verification path.
//!
//! They cross tenants: a presented secret says whose it is. Only [`crate::resident`] uses them.

use super::credentials::join_secrets;

/// What verifying needs of a credential and one of its secrets.
macro_rules! columns {
    () => {
        "c.id, c.org_id, c.env, c.owner_type, c.owner_id, c.name, c.scopes, c.resources, c.networks, c.rate_limit,
            c.quota, c.client, c.created_at, c.expires_at, c.disabled_at, c.revoked_at, s.number, s.verifier,
            s.created_at AS secret_created_at, s.first_used_at, s.overlap_seconds, s.cancelled_at, s.retired_at"
    };
}

super::statements! {
    COUNT_RESIDENTS = "SELECT (SELECT COUNT(*) FROM secrets) + (SELECT COUNT(*) FROM credentials c
            WHERE NOT EXISTS (SELECT 1 FROM secrets s WHERE s.org_id = c.org_id AND s.credential_id = c.id))";

    /// Those of one credential together, the newest secret first.
    RESIDENTS = concat!("SELECT ", columns!(), " FROM credentials c", join_secrets!(),
        "ORDER BY c.org_id, c.id, s.number DESC");

    RESIDENT = concat!("SELECT ", columns!(), " FROM credentials c", join_secrets!(),
        "WHERE c.org_id = $1 AND c.id = $2 ORDER BY s.number DESC");

    ORG = "SELECT id AS org_id, slug AS org_slug, name AS org_name, created_at AS org_created_at FROM orgs WHERE id = $1";

    MEMBERS = "SELECT m.role, u.id, u.email, u.name, u.created_at
        FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.org_id = $1";

    SERVICE_ACCOUNTS = "SELECT id, org_id, name, description, role, created_at FROM service_accounts WHERE org_id = $1";

    REVOKED_ACCESS_TOKENS = "SELECT org_id, jti FROM revoked_access_tokens WHERE expires_at > $1";
}
