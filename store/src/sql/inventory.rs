//! Fragments about the state of a credential.
//!
//! Owns: the translation of `Credential::status` into SQL, which a test compares with the original. The inventory
//! filters and the overview counts with the same conditions.

/// Whether `f` violates a requirement of the policy `p`. May be NULL if the policy has no such requirement.
macro_rules! breaks {
    () => {
        "((f.expires_at IS NULL AND (p.must_expire = 1 OR p.max_lifetime_seconds IS NOT NULL))
                            OR f.expires_at - f.created_at > 1000 * p.max_lifetime_seconds
                            OR (p.allows_all = 0
                                AND REPLACE(' ' || f.scopes || ' ', ' all ', '') <> ' ' || f.scopes || ' '))"
    };
}
pub(crate) use breaks;

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
pub(crate) use is_newest;

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
pub(crate) use is_excepted;

/// Whether a policy blocks `f` at `$now`: `f` violates the newest enforced policy and has no exception.
macro_rules! is_blocked {
    ($now:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM policies p
                    WHERE p.org_id = f.org_id AND p.kind = f.kind AND p.enforced_at <= ",
            $now,
            " AND ",
            $crate::sql::inventory::is_newest!($now),
            " AND ",
            $crate::sql::inventory::breaks!(),
            ") AND NOT ",
            $crate::sql::inventory::is_excepted!($now),
            ")"
        )
    };
}
pub(crate) use is_blocked;

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
pub(crate) use ends_soon;

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
            $crate::sql::inventory::is_blocked!($now),
            " THEN 'blocked_by_policy'
                WHEN ",
            $crate::sql::inventory::ends_soon!($now),
            " THEN 'expires_soon'
                ELSE 'active' END"
        )
    };
}
pub(crate) use status;

/// Time of the last use of `f`, or of its creation if it was never used.
macro_rules! used_or_issued {
    () => {
        "COALESCE((SELECT MAX(u.last_used_at) FROM secrets u
                    WHERE u.org_id = f.org_id AND u.credential_id = f.id), f.last_used_at, f.created_at)"
    };
}
pub(crate) use used_or_issued;

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
pub(crate) use has_not_ended;

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
            $crate::sql::inventory::has_not_ended!("o", $now),
            " AND ",
            $crate::sql::inventory::has_not_ended!("n", $now),
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
pub(crate) use is_rolling;

/// Whether the owner of `f` is a user who is not a member of the organization.
macro_rules! is_abandoned {
    () => {
        "(f.owner_type = 'user' AND NOT EXISTS (SELECT 1 FROM memberships m
                    WHERE m.org_id = f.org_id AND m.user_id = f.owner_id))"
    };
}
pub(crate) use is_abandoned;
