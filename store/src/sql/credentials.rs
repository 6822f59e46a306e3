//! Statements on credentials and their secrets.
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
            ", c.created_at, c.disabled_at, c.enabled_at, c.held_since, c.revoked_at, c.pending_since,
            c.last_used_at AS used_by_key_at, s.id AS secret_id, s.redacted,
            s.created_at AS secret_created_at, s.last_used_at, s.last_used_ip, s.first_used_at, s.overlap_seconds,
            s.cancelled_at, s.retired_at"
        )
    };
}
pub(super) use columns;

/// Joins the secrets of the credential `c`.
macro_rules! join_secrets {
    () => {
        " LEFT JOIN secrets s ON s.org_id = c.org_id AND s.credential_id = c.id "
    };
}
pub(super) use join_secrets;

/// Whether the owner of this row is within reach. The argument is an alias with its dot, or empty.
macro_rules! reached {
    ($alias:literal) => {
        concat!("(CAST($2 AS TEXT) IS NULL OR (", $alias, "owner_type = $2 AND ", $alias, "owner_id = $3))")
    };
}
pub(super) use reached;

super::statements! {
    CREDENTIAL = concat!("SELECT ", columns!(), " FROM credentials c", join_secrets!(),
        "WHERE c.org_id = $1 AND c.id = $4 AND ", reached!("c."), "
        ORDER BY s.number DESC");

    OF_VERIFIER = concat!("SELECT ", columns!(), "
        FROM secrets p JOIN credentials c ON c.org_id = p.org_id AND c.id = p.credential_id", join_secrets!(),
        "WHERE p.org_id = $1 AND p.verifier = $4 AND ", reached!("c."), "
        ORDER BY s.number DESC");

    /// This and the next are separate statements, so that each uses its own index.
    LIST_OF_ORG = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials
            WHERE org_id = $1 AND kind = $2 AND id < $3
            ORDER BY id DESC LIMIT $4) c", join_secrets!(),
        "ORDER BY c.id DESC, s.number DESC");

    LIST_OF_OWNER = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials
            WHERE org_id = $1 AND owner_type = $2 AND owner_id = $3 AND kind = $4 AND id < $5
            ORDER BY id DESC LIMIT $6) c", join_secrets!(),
        "ORDER BY c.id DESC, s.number DESC");

    COUNT_OF_KIND = concat!("SELECT COUNT(*) FROM credentials WHERE org_id = $1 AND kind = $4 AND ", reached!(""));

    /// Jumps from one owner to the next in the index of owners, so the cost depends on the number of
    /// owners, not of credentials.
    OWNERS = concat!("WITH RECURSIVE o (id) AS (
            SELECT MIN(c.owner_id) FROM credentials c WHERE c.org_id = $1 AND ", reached!("c."), "
            UNION ALL
            SELECT (SELECT MIN(c.owner_id) FROM credentials c
                WHERE c.org_id = $1 AND c.owner_id > o.id AND ", reached!("c."), ")
            FROM o WHERE o.id IS NOT NULL)
        SELECT CASE WHEN u.id IS NULL THEN 'service_account' ELSE 'user' END AS owner_type, o.id AS owner_id,
            COALESCE(u.name, v.name) AS name
        FROM o LEFT JOIN users u ON u.id = o.id LEFT JOIN service_accounts v ON v.org_id = $1 AND v.id = o.id
        WHERE u.id IS NOT NULL OR v.id IS NOT NULL");

    /// The next number can't be taken in the meantime: only one transaction at a time writes in an organization.
    INSERT_SECRET = concat!("INSERT INTO secrets (org_id, credential_id, id, number, verifier, pepper_version, redacted,
            created_at, last_used_at, last_used_ip, first_used_at, overlap_seconds, cancelled_at, retired_at)
        SELECT c.org_id, c.id, $5, 1 + (SELECT COALESCE(MAX(n.number), 0) FROM secrets n
                WHERE n.org_id = c.org_id AND n.credential_id = c.id),
            $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
        FROM credentials c
        WHERE c.org_id = $1 AND c.id = $4 AND ", reached!("c."), " AND c.revoked_at IS NULL");

    /// Revoking is permanent: a second time changes nothing.
    REVOKE_CREDENTIAL = concat!("UPDATE credentials SET revoked_at = $5
        WHERE org_id = $1 AND id = $4 AND ", reached!(""), " AND revoked_at IS NULL");

    /// The new owner is a service account of the same organization.
    TRANSFER_CREDENTIAL = concat!("UPDATE credentials SET owner_type = 'service_account', owner_id = $5, held_since = NULL
        WHERE org_id = $1 AND id = $4 AND ", reached!(""), " AND revoked_at IS NULL
            AND EXISTS (SELECT 1 FROM service_accounts v WHERE v.org_id = $1 AND v.id = $5)");

    /// Across tenants, longest overdue first.
    DUE_NOTICES = "SELECT org_id, id FROM credentials
        WHERE notice_due_at <= $1 AND revoked_at IS NULL
        ORDER BY notice_due_at LIMIT $2";

    NOTICE_DUE_AT = concat!("SELECT notice_due_at FROM credentials
        WHERE org_id = $1 AND id = $4 AND ", reached!(""));

    /// Only if no other node has sent the notice that was due at $5.
    GIVE_NOTICE = concat!("UPDATE credentials SET notice_due_at = $6
        WHERE org_id = $1 AND id = $4 AND ", reached!(""), " AND revoked_at IS NULL AND notice_due_at = $5");

    /// The first end of a secret is kept. A secret that was used in the meantime can't be canceled anymore.
    END_SECRET = concat!("UPDATE secrets SET cancelled_at = $6, retired_at = $7
        WHERE org_id = $1 AND credential_id = $4 AND id = $5 AND cancelled_at IS NULL AND retired_at IS NULL
            AND (CAST($6 AS BIGINT) IS NULL OR first_used_at IS NULL)
            AND EXISTS (SELECT 1 FROM credentials c
                WHERE c.org_id = $1 AND c.id = $4 AND ", reached!("c."), " AND c.revoked_at IS NULL)");
}
