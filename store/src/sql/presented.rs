//! The statement that recognises a credential.
//!
//! It crosses tenants: the verifier says whose it is. Only [`crate::lookups`] uses it. One round trip brings all that
//! verifying needs, so the scopes of the catalogue come in the row of the presented secret, and in no other.

use super::{
    catalogue::api_scopes,
    credentials::{columns, join_secrets},
};

/// Everything about the credential `c` but which of its secrets was presented.
macro_rules! context {
    () => {
        "o.slug AS org_slug, o.name AS org_name,
            o.created_at AS org_created_at, u.id AS user_id, u.email AS user_email, u.name AS user_name,
            u.created_at AS user_created_at, m.role AS user_role, v.id AS account_id, v.name AS account_name,
            v.description AS account_description, v.role AS account_role, v.created_at AS account_created_at, "
    };
}

/// Its organisation and its owner.
macro_rules! join_context {
    () => {
        " JOIN orgs o ON o.id = c.org_id
            LEFT JOIN users u ON c.owner_type = 'user' AND u.id = c.owner_id
            LEFT JOIN memberships m ON m.org_id = c.org_id AND m.user_id = u.id
            LEFT JOIN service_accounts v ON c.owner_type = 'service_account' AND v.org_id = c.org_id
                AND v.id = c.owner_id"
    };
}

super::statements! {
    PRESENTED = concat!("SELECT p.id AS presented_id, ", context!(), "
            CASE WHEN s.id = p.id THEN ", api_scopes!("c.org_id"), " END AS api_scopes, ", columns!(), "
        FROM secrets p JOIN credentials c ON c.org_id = p.org_id AND c.id = p.credential_id",
        join_context!(), join_secrets!(),
        "WHERE p.verifier = $1
        ORDER BY s.number DESC");

    /// By what it names itself, for clients that prove with a signature who they are, and for access tokens.
    PRESENTED_BY_ID = concat!("SELECT CAST(NULL AS TEXT) AS presented_id, ", context!(),
            api_scopes!("c.org_id"), " AS api_scopes, ", columns!(), "
        FROM credentials c", join_context!(), join_secrets!(),
        "WHERE c.id = $1
        ORDER BY s.number DESC");
}
