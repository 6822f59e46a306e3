//! Fragments about credentials and their secrets.
//!
//! $1 is the organization. $2 and $3 are the type and id of the only reachable owner, or NULL if all are reachable. A
//! read returns one row for each secret. A credential without a secret has one row, with NULL in the secret's columns.
//! [`crate::credentials`] folds the rows. Secrets are ordered by their number, because ids depend on a clock.

/// The columns of a credential `c` and one of its secrets `s`.
macro_rules! columns {
    () => {
        concat!(
            "c.id, c.org_id, c.kind, c.owner_type, c.owner_id, c.created_by_id, c.created_by_name, c.name, ",
            $crate::credentials::grant_columns!("c."),
            ", c.env, c.expires_at, c.created_at, c.disabled_at, c.enabled_at, c.held_since, c.revoked_at, c.pending_since,
            c.last_used_at AS used_by_key_at, s.id AS secret_id, s.redacted,
            s.created_at AS secret_created_at, s.last_used_at, s.last_used_ip, s.first_used_at, s.overlap_seconds,
            s.cancelled_at, s.retired_at"
        )
    };
}
pub(crate) use columns;

/// Joins the secrets of the credential `c`.
macro_rules! join_secrets {
    () => {
        " LEFT JOIN secrets s ON s.org_id = c.org_id AND s.credential_id = c.id "
    };
}
pub(crate) use join_secrets;

/// Whether the owner of this row is within reach. The argument is an alias with its dot, or empty.
macro_rules! reached {
    ($alias:literal) => {
        concat!("(CAST($2 AS TEXT) IS NULL OR (", $alias, "owner_type = $2 AND ", $alias, "owner_id = $3))")
    };
}
pub(crate) use reached;
