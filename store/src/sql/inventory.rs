//! The statement behind the inventory: every kind and owner in one list, with its filters.
//!
//! Owns: the translation of `Credential::status` into SQL, which a test holds to the original. A filter that is nothing
//! does not filter.

use super::credentials::{columns, join_secrets, reached};

/// The state of `f` at $12, in the order of `domain`: revoked, expired, disabled, expires soon, active.
macro_rules! status {
    () => {
        "CASE WHEN f.revoked_at IS NOT NULL THEN 'revoked'
                WHEN f.expires_at <= $12 THEN 'expired'
                WHEN f.disabled_at IS NOT NULL THEN 'disabled'
                WHEN f.expires_at <= $12 + 1000 * CASE
                    WHEN (f.expires_at - f.created_at) / 1000 / 4 < 604800
                        THEN (f.expires_at - f.created_at) / 1000 / 4
                    ELSE 604800 END THEN 'expires_soon'
                ELSE 'active' END"
    };
}

super::statements! {
    /// Cut by age and id below $4 and $5. A scope is found by its absence, because LIKE would fold its case on SQLite.
    INVENTORY = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials f
            WHERE f.org_id = $1 AND ", reached!("f."), " AND (f.created_at, f.id) < ($4, $5)
                AND (CAST($6 AS TEXT) IS NULL OR f.kind = $6)
                AND (CAST($7 AS TEXT) IS NULL OR f.env = $7)
                AND (CAST($8 AS TEXT) IS NULL OR f.owner_id = $8)
                AND (CAST($9 AS TEXT) IS NULL
                    OR REPLACE(' ' || f.scopes || ' ', ' ' || $9 || ' ', '') <> ' ' || f.scopes || ' ')
                AND (CAST($10 AS BIGINT) IS NULL OR f.expires_at < $10)
                AND (CAST($11 AS TEXT) IS NULL OR $11 = ", status!(), ")
                AND (CAST($13 AS BIGINT) IS NULL OR $13 >= COALESCE((SELECT MAX(u.last_used_at) FROM secrets u
                    WHERE u.org_id = f.org_id AND u.credential_id = f.id), f.last_used_at, f.created_at))
                AND (CAST($14 AS TEXT) IS NULL OR f.name_folded LIKE $14 ESCAPE '!' OR LOWER(f.id) LIKE $14 ESCAPE '!'
                    OR EXISTS (SELECT 1 FROM secrets u WHERE u.org_id = f.org_id AND u.credential_id = f.id
                        AND LOWER(u.redacted) LIKE $14 ESCAPE '!'))
            ORDER BY f.created_at DESC, f.id DESC LIMIT $15) c", join_secrets!(),
        "ORDER BY c.created_at DESC, c.id DESC, s.number DESC");
}
