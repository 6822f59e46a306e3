//! The statement that recognises a credential.
//!
//! It crosses tenants: the verifier says whose it is. Only [`crate::lookups`] uses it. One round trip brings all that
//! verifying needs, so the scopes of the catalogue come in the row of the presented secret, and in no other.

use super::{
    catalogue::api_scopes,
    credentials::{columns, join_secrets},
};

super::statements! {
    PRESENTED = concat!("SELECT p.id AS presented_id, o.slug AS org_slug, o.name AS org_name,
            o.created_at AS org_created_at, u.id AS user_id, u.email AS user_email, u.name AS user_name,
            u.created_at AS user_created_at, m.role AS user_role, v.id AS account_id, v.name AS account_name,
            v.description AS account_description, v.role AS account_role, v.created_at AS account_created_at,
            CASE WHEN s.id = p.id THEN ", api_scopes!("c.org_id"), " END AS api_scopes, ", columns!(), "
        FROM secrets p
            JOIN credentials c ON c.org_id = p.org_id AND c.id = p.credential_id
            JOIN orgs o ON o.id = c.org_id
            LEFT JOIN users u ON c.owner_type = 'user' AND u.id = c.owner_id
            LEFT JOIN memberships m ON m.org_id = c.org_id AND m.user_id = u.id
            LEFT JOIN service_accounts v ON c.owner_type = 'service_account' AND v.org_id = c.org_id
                AND v.id = c.owner_id", join_secrets!(),
        "WHERE p.verifier = $1
        ORDER BY s.number DESC");
}
