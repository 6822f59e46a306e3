//! Statements that load the verifier's snapshot.
//!
//! They cross tenants, because only a presented secret tells whose it is. Only [`crate::snapshot`] uses them.
//! Transferring a row costs several times as much as reading it, so one row holds many credentials. It has their
//! fields as one text, and the verifiers of their secrets, 32 bytes each, in the same order.
//! [`crate::snapshot::PackedCredentials`] unpacks them.

use super::{
    credentials::join_secrets,
    roles::{join_role, role_of},
};

/// Separators between the fields of a secret, and between secrets. No text that `domain` accepts contains either.
pub(crate) const FIELD: char = '\u{1f}';
pub(crate) const ROW: char = '\u{1e}';

/// NULL becomes an empty text. Fields that users write come after all fields that tell one row from the next.
macro_rules! packed_credentials {
    () => {
        concat!(
            "SELECT string_agg(format('%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s",
            "\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s',
                c.id, s.number, s.created_at, s.first_used_at, s.overlap_seconds, s.cancelled_at, s.retired_at, c.env,
                c.expires_at, c.disabled_at, c.revoked_at, c.pending_since, c.name, c.org_id, c.owner_type, c.owner_id, c.scopes,
                c.resources, c.networks, c.rate_limit, c.quota, c.client), '\u{1e}') AS fields, string_agg(s.verifier, '') AS verifiers
            FROM credentials c", join_secrets!())
    };
}

super::statements! {
    /// Number of credentials, plus every secret but the first of each.
    COUNT_SECRETS = "SELECT (SELECT COUNT(*) FROM credentials) + (SELECT COUNT(*) FROM secrets WHERE number > 1)";

    ORG_IDS = "SELECT id FROM orgs ORDER BY id";

    /// The id of the credential $3 places after the first one past $2, or the last id of the organization. NULL
    /// after the last credential.
    PAGE_END = "SELECT COALESCE(
            (SELECT id FROM credentials WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3),
            (SELECT MAX(id) FROM credentials WHERE org_id = $1 AND id > $2))";

    PACKED_PAGE = concat!(packed_credentials!(), "WHERE c.org_id = $1 AND c.id > $2 AND c.id <= $3");

    PACKED_ONE = concat!(packed_credentials!(), "WHERE c.org_id = $1 AND c.id = $2");

    ORG = "SELECT id AS org_id, slug AS org_slug, name AS org_name, created_at AS org_created_at FROM orgs WHERE id = $1";

    MEMBERS = concat!("SELECT ", role_of!("m"), ", u.id, u.email, u.name, u.created_at
        FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), " WHERE m.org_id = $1");

    /// Former members in their grace period.
    IN_GRACE = concat!("SELECT ", role_of!("d"), ", u.id, u.email, u.name, u.created_at, d.grace_ends_at
        FROM offboardings d JOIN users u ON u.id = d.user_id ", join_role!("d"), "
        WHERE d.org_id = $1 AND d.grace_ends_at > $2");

    SERVICE_ACCOUNTS = "SELECT id, org_id, name, description, role, created_at FROM service_accounts WHERE org_id = $1";

    REVOKED_ACCESS_TOKENS = "SELECT org_id, jti FROM revoked_access_tokens WHERE expires_at > $1";
}
