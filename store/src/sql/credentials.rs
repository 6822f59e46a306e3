//! Statements on credentials and their secrets.
//!
//! A read answers one row for each secret, and one row with nothing in the secret's columns for a credential that
//! has none; [`crate::credentials`] folds them.

/// The columns that make a credential and one of its secrets, for the aliases `c` and `s`.
macro_rules! columns {
    () => {
        "c.id, c.org_id, c.kind, c.env, c.owner_type, c.owner_id, c.created_by_id, c.created_by_name, c.name,
            c.description, c.scopes, c.created_at, c.expires_at, c.revoked_at, s.id AS secret_id, s.redacted,
            s.created_at AS secret_created_at, s.last_used_at, s.last_used_ip, s.retires_at"
    };
}

/// The secrets of the credential `c`.
macro_rules! join_secrets {
    () => {
        " LEFT JOIN secrets s ON s.org_id = c.org_id AND s.credential_id = c.id "
    };
}

super::statements! {
    CREDENTIAL = concat!("SELECT ", columns!(), " FROM credentials c", join_secrets!(),
        "WHERE c.org_id = $1 AND c.id = $2 AND (CAST($3 AS TEXT) IS NULL OR c.owner_id = $3)
        ORDER BY s.id DESC");

    /// Two texts, this and the next, so that each is served by its own index.
    LIST_OF_ORG = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials
            WHERE org_id = $1 AND kind = $2 AND id < $3
            ORDER BY id DESC LIMIT $4) c", join_secrets!(),
        "ORDER BY c.id DESC, s.id DESC");

    LIST_OF_OWNER = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials
            WHERE org_id = $1 AND kind = $2 AND owner_id = $5 AND id < $3
            ORDER BY id DESC LIMIT $4) c", join_secrets!(),
        "ORDER BY c.id DESC, s.id DESC");

    /// Crosses tenants: the verifier says whose it is. Only [`crate::lookups`] uses it.
    PRESENTED = concat!("SELECT p.id AS presented_id, o.slug AS org_slug, o.name AS org_name,
            o.created_at AS org_created_at, u.id AS user_id, u.email AS user_email, u.name AS user_name,
            u.created_at AS user_created_at, m.role, ", columns!(), "
        FROM secrets p
            JOIN credentials c ON c.org_id = p.org_id AND c.id = p.credential_id
            JOIN orgs o ON o.id = c.org_id
            LEFT JOIN users u ON c.owner_type = 'user' AND u.id = c.owner_id
            LEFT JOIN memberships m ON m.org_id = c.org_id AND m.user_id = u.id", join_secrets!(),
        "WHERE p.verifier = $1
        ORDER BY s.id DESC");

    INSERT_CREDENTIAL = "INSERT INTO credentials (org_id, id, kind, env, owner_type, owner_id, created_by_id,
            created_by_name, name, description, scopes, created_at, expires_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

    INSERT_SECRET = "INSERT INTO secrets (org_id, credential_id, id, verifier, pepper_version, redacted,
            created_at, last_used_at, last_used_ip, retires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    UPDATE_CREDENTIAL = "UPDATE credentials SET name = $4, description = $5, scopes = $6
        WHERE org_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR owner_id = $3) AND revoked_at IS NULL";

    /// Revoking is for good: a second time changes nothing.
    REVOKE_CREDENTIAL = "UPDATE credentials SET revoked_at = $4
        WHERE org_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR owner_id = $3) AND revoked_at IS NULL";

    /// Never moves the instant back.
    USE_SECRET = "UPDATE secrets SET last_used_at = $3, last_used_ip = $4
        WHERE org_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)";
}
