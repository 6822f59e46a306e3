//! The statements behind the inventory: every kind and owner in one list with filters.
//!
//! Owns: the translation of `Credential::status` into SQL, which a test compares with the original. A NULL filter does
//! not filter. The overview counts with the same conditions (see [`super::overview`]).

use super::credentials::{columns, join_secrets, reached};

/// Whether `f` violates a requirement of the policy `p`. May be NULL if the policy has no such requirement.
macro_rules! breaks {
    () => {
        "((f.expires_at IS NULL AND (p.must_expire = 1 OR p.max_lifetime_seconds IS NOT NULL))
                            OR f.expires_at - f.created_at > 1000 * p.max_lifetime_seconds
                            OR (p.allows_all = 0
                                AND REPLACE(' ' || f.scopes || ' ', ' all ', '') <> ' ' || f.scopes || ' '))"
    };
}
pub(super) use breaks;

/// Whether `p` is the newest policy of its kind that is enforced at `$now`.
macro_rules! is_newest {
    ($now:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM policies q
                            WHERE q.org_id = p.org_id AND q.kind = p.kind AND q.enforced_at > p.enforced_at
                                AND q.enforced_at <= ",
            $now,
            ")"
        )
    };
}
pub(super) use is_newest;

/// Whether `f` has a policy exception at `$now`.
macro_rules! is_excepted {
    ($now:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM policy_exceptions e
                    WHERE e.org_id = f.org_id AND e.credential_id = f.id AND e.ends_at > ",
            $now,
            ")"
        )
    };
}
pub(super) use is_excepted;

/// Whether a policy blocks `f` at `$now`: `f` violates the newest enforced policy and has no exception.
macro_rules! is_blocked {
    ($now:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM policies p
                    WHERE p.org_id = f.org_id AND p.kind = f.kind AND p.enforced_at <= ",
            $now,
            " AND ",
            is_newest!($now),
            " AND ",
            breaks!(),
            ") AND NOT ",
            is_excepted!($now),
            ")"
        )
    };
}
pub(super) use is_blocked;

/// Whether `f` expires soon at `$now`: within seven days, or within the last quarter of a lifetime under 28 days.
macro_rules! ends_soon {
    ($now:literal) => {
        concat!(
            "f.expires_at <= ",
            $now,
            " + 1000 * CASE
                    WHEN (f.expires_at - f.created_at) / 1000 / 4 < 604800
                        THEN (f.expires_at - f.created_at) / 1000 / 4
                    ELSE 604800 END"
        )
    };
}
pub(super) use ends_soon;

/// The status of `f` at `$now`, in the order of `domain`: revoked, expired, disabled, pending approval, blocked by a
/// policy, expires soon, active.
macro_rules! status {
    ($now:literal) => {
        concat!(
            "CASE WHEN f.revoked_at IS NOT NULL THEN 'revoked'
                WHEN f.expires_at <= ",
            $now,
            " THEN 'expired'
                WHEN f.disabled_at IS NOT NULL THEN 'disabled'
                WHEN f.pending_since IS NOT NULL THEN 'pending_approval'
                WHEN ",
            is_blocked!($now),
            " THEN 'blocked_by_policy'
                WHEN ",
            ends_soon!($now),
            " THEN 'expires_soon'
                ELSE 'active' END"
        )
    };
}
pub(super) use status;

/// Time of the last use of `f`, or of its creation if it was never used.
macro_rules! used_or_issued {
    () => {
        "COALESCE((SELECT MAX(u.last_used_at) FROM secrets u
                    WHERE u.org_id = f.org_id AND u.credential_id = f.id), f.last_used_at, f.created_at)"
    };
}
pub(super) use used_or_issued;

/// Whether this secret is neither canceled nor retired at `$now`.
macro_rules! has_not_ended {
    ($secret:literal, $now:literal) => {
        concat!(
            "(",
            $secret,
            ".cancelled_at IS NULL OR ",
            $secret,
            ".cancelled_at > ",
            $now,
            ") AND (",
            $secret,
            ".retired_at IS NULL OR ",
            $secret,
            ".retired_at > ",
            $now,
            ")"
        )
    };
}
pub(super) use has_not_ended;

/// Whether `f` has, at `$now`, a secret that still works beside a newer one: the overlap of no newer secret has ended.
/// The few credentials of the organization $1 that were ever rolled are found first, once for the whole query.
macro_rules! is_rolling {
    ($now:literal) => {
        concat!(
            "CASE WHEN f.id NOT IN (SELECT r.credential_id FROM secrets r WHERE r.org_id = $1 AND r.number > 1) THEN FALSE
                ELSE EXISTS (SELECT 1 FROM secrets o JOIN secrets n
                    ON n.org_id = o.org_id AND n.credential_id = o.credential_id AND n.number > o.number
                WHERE o.org_id = f.org_id AND o.credential_id = f.id
                    AND ",
            has_not_ended!("o", $now),
            " AND ",
            has_not_ended!("n", $now),
            " AND NOT EXISTS (SELECT 1 FROM secrets m
                        WHERE m.org_id = o.org_id AND m.credential_id = o.credential_id AND m.number > o.number
                            AND m.cancelled_at IS NULL AND m.overlap_seconds IS NOT NULL
                            AND ",
            $now,
            " >= CASE WHEN m.overlap_seconds = 0 THEN m.created_at
                                WHEN m.first_used_at + 1000 * m.overlap_seconds < m.created_at + 2592000000
                                    THEN m.first_used_at + 1000 * m.overlap_seconds
                                ELSE m.created_at + 2592000000 END)) END"
        )
    };
}
pub(super) use is_rolling;

/// Whether the owner of `f` is a user who is not a member of the organization.
macro_rules! is_abandoned {
    () => {
        "(f.owner_type = 'user' AND NOT EXISTS (SELECT 1 FROM memberships m
                    WHERE m.org_id = f.org_id AND m.user_id = f.owner_id))"
    };
}
pub(super) use is_abandoned;

super::statements! {
    /// The page starts below creation time $4 and id $5. A scope is matched with REPLACE, because LIKE ignores case on
    /// SQLite. A search looks in the names, which the age index contains too. It looks in ids and redacted secrets only
    /// if $20 is set. It scans the secrets once, not for each credential.
    INVENTORY = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials f
            WHERE f.org_id = $1 AND ", reached!("f."), " AND (f.created_at, f.id) < ($4, $5)
                AND (CAST($6 AS TEXT) IS NULL OR f.kind = $6)
                AND (CAST($7 AS TEXT) IS NULL OR f.env = $7)
                AND (CAST($8 AS TEXT) IS NULL OR f.owner_id = $8)
                AND (CAST($9 AS TEXT) IS NULL
                    OR REPLACE(' ' || f.scopes || ' ', ' ' || $9 || ' ', '') <> ' ' || f.scopes || ' ')
                AND (CAST($10 AS BIGINT) IS NULL OR f.expires_at < $10)
                AND (CAST($11 AS TEXT) IS NULL OR $11 = ", status!("$12"), ")
                AND (CAST($13 AS BIGINT) IS NULL OR $13 >= ", used_or_issued!(), ")
                AND (CAST($14 AS TEXT) IS NULL OR f.name_folded LIKE $14 ESCAPE '!'
                    OR (CAST($20 AS TEXT) IS NOT NULL AND (f.id LIKE $20 ESCAPE '!'
                        OR f.id IN (SELECT u.credential_id FROM secrets u
                            WHERE u.org_id = $1 AND LOWER(u.redacted) LIKE $20 ESCAPE '!'))))
                AND (CAST($16 AS TEXT) IS NULL OR f.expires_at IS NULL)
                AND (CAST($17 AS TEXT) IS NULL OR ", is_rolling!("$12"), ")
                AND (CAST($19 AS TEXT) IS NULL OR ", is_abandoned!(), ")
                AND (CAST($18 AS TEXT) IS NULL OR (", status!("$12"), ") IN ('active', 'expires_soon'))
            ORDER BY f.created_at DESC, f.id DESC LIMIT $15) c", join_secrets!(),
        "ORDER BY c.created_at DESC, c.id DESC, s.number DESC");

    /// Across tenants: credentials that were unused for as long as the policy enforced at $1 allows. Revoked, disabled,
    /// pending and expired credentials are left out, as are those with a policy exception.
    IDLE = concat!("SELECT f.org_id, f.id FROM policies p JOIN credentials f ON f.org_id = p.org_id AND f.kind = p.kind
        WHERE p.max_idle_days IS NOT NULL AND p.enforced_at <= $1
            AND NOT EXISTS (SELECT 1 FROM policies q WHERE q.org_id = p.org_id AND q.kind = p.kind
                AND q.enforced_at > p.enforced_at AND q.enforced_at <= $1)
            AND f.revoked_at IS NULL AND f.disabled_at IS NULL AND f.pending_since IS NULL
            AND (f.expires_at IS NULL OR f.expires_at > $1)
            AND ", used_or_issued!(), " <= $1 - 86400000 * p.max_idle_days
            AND (f.enabled_at IS NULL OR f.enabled_at <= $1 - 86400000 * p.max_idle_days)
            AND NOT EXISTS (SELECT 1 FROM policy_exceptions e
                WHERE e.org_id = f.org_id AND e.credential_id = f.id AND e.ends_at > $1)
        ORDER BY f.id LIMIT $2");
}
