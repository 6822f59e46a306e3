//! The statements behind the overview: the number of credentials in each state.
//!
//! Owns: counting with the conditions of the inventory ([`super::inventory`]). Each number equals the length of
//! the inventory's list under the corresponding filter. A whole organization is counted by index ranges. The rows
//! of enabled credentials are read only if a policy could block them. Rare conditions are checked only on the
//! rows that can meet them.

use super::{
    credentials::reached,
    inventory::{
        breaks, ends_soon, has_not_ended, is_abandoned, is_blocked, is_excepted, is_newest, is_rolling, status,
        used_or_issued,
    },
};

/// Number of credentials of the kind `k` that meet the condition.
macro_rules! count {
    ($($condition:tt)+) => {
        concat!("(SELECT COUNT(*) FROM credentials f WHERE f.org_id = $1 AND f.kind = k.kind AND ", $($condition)+, ")")
    };
}

/// Number of credentials of the kind `k` that meet the condition and are blocked by its policy `p`; 0 without a policy.
macro_rules! count_blocked {
    ($($condition:tt)+) => {
        concat!("CASE WHEN p.id IS NULL THEN 0 ELSE ",
            count!($($condition)+, " AND ", breaks!(), " AND NOT ", is_excepted!("$2")), " END")
    };
}

/// Neither revoked, disabled nor pending. In the index used for counting this is one range for each kind,
/// ordered by expiration.
macro_rules! is_on {
    () => {
        "f.revoked_at IS NULL AND f.disabled_at IS NULL AND f.pending_since IS NULL"
    };
}

macro_rules! is_disabled {
    () => {
        "f.revoked_at IS NULL AND f.disabled_at IS NOT NULL"
    };
}

macro_rules! is_pending {
    () => {
        "f.revoked_at IS NULL AND f.disabled_at IS NULL AND f.pending_since IS NOT NULL"
    };
}

/// Enabled, not expired, but expires soon. The first two conditions on the expiration are a range for the index.
macro_rules! is_on_and_ends_soon {
    () => {
        concat!(is_on!(), " AND f.expires_at > $2 AND f.expires_at <= $2 + 604800000 AND ", ends_soon!("$2"))
    };
}

macro_rules! works {
    ($now:literal) => {
        concat!("(", status!($now), ") IN ('active', 'expires_soon')")
    };
}

super::statements! {
    /// Returns a row if the organization has more than $2 credentials.
    HAS_MORE = "SELECT c.id FROM credentials c WHERE c.org_id = $1
        ORDER BY c.created_at DESC, c.id DESC LIMIT 1 OFFSET $2";

    /// One row for each kind: the number of revoked, expired, disabled and pending credentials. For all others:
    /// how many never expire, expire some time and expire soon, and how many of each a policy blocks. Jumps from
    /// kind to kind in the index.
    COUNTS_OF_ORG = concat!("WITH RECURSIVE kinds (kind) AS (
            SELECT MIN(c.kind) FROM credentials c WHERE c.org_id = $1
            UNION ALL
            SELECT (SELECT MIN(c.kind) FROM credentials c WHERE c.org_id = $1 AND c.kind > k.kind)
            FROM kinds k WHERE k.kind IS NOT NULL)
        SELECT k.kind, ", count!("f.revoked_at IS NOT NULL"), " AS revoked,
            ", count!(is_on!(), " AND f.expires_at <= $2"), "
                + ", count!(is_disabled!(), " AND f.expires_at <= $2"), "
                + ", count!(is_pending!(), " AND f.expires_at <= $2"), " AS expired,
            ", count!(is_disabled!(), " AND (f.expires_at IS NULL OR f.expires_at > $2)"), " AS disabled,
            ", count!(is_pending!(), " AND (f.expires_at IS NULL OR f.expires_at > $2)"), " AS pending,
            ", count!(is_on!(), " AND f.expires_at IS NULL"), " AS endless,
            ", count!(is_on!(), " AND f.expires_at > $2"), " AS ending,
            ", count!(is_on_and_ends_soon!()), " AS soon,
            ", count_blocked!(is_on!(), " AND f.expires_at IS NULL"), " AS endless_blocked,
            ", count_blocked!(is_on!(), " AND f.expires_at > $2"), " AS ending_blocked,
            ", count_blocked!(is_on_and_ends_soon!()), " AS soon_blocked
        FROM kinds k LEFT JOIN policies p
            ON p.org_id = $1 AND p.kind = k.kind AND p.enforced_at <= $2 AND ", is_newest!("$2"), "
        WHERE k.kind IS NOT NULL");

    /// Three numbers of working credentials: not used since $3, with an overlap in progress, and with a former member
    /// as owner. Each count starts from the few rows that can match: old credentials, those with a second secret, and
    /// users who are not members.
    WORKING_OF_ORG = concat!("WITH RECURSIVE o (id) AS (
            SELECT MIN(c.owner_id) FROM credentials c WHERE c.org_id = $1
            UNION ALL
            SELECT (SELECT MIN(c.owner_id) FROM credentials c WHERE c.org_id = $1 AND c.owner_id > o.id)
            FROM o WHERE o.id IS NOT NULL)
        SELECT (SELECT COUNT(*) FROM credentials f
                WHERE f.org_id = $1 AND f.created_at <= $3 AND ", used_or_issued!(), " <= $3 AND ", works!("$2"), ") AS idle,
            (SELECT COUNT(*) FROM credentials f
                WHERE f.org_id = $1 AND f.id IN (SELECT r.credential_id FROM secrets r WHERE r.org_id = $1 AND r.number > 1)
                    AND ", is_rolling!("$2"), " AND ", works!("$2"), ") AS rolling,
            (SELECT COUNT(*) FROM o JOIN users u ON u.id = o.id
                JOIN credentials f ON f.org_id = $1 AND f.owner_id = u.id
                WHERE ", is_abandoned!(), " AND ", works!("$2"), ") AS abandoned");

    /// Checks each of the newest $6 credentials within reach, so that an organization with millions does not
    /// delay others. Returns by kind and status how many there are. Also returns how many of them never expire,
    /// were not used since $5, have an overlap in progress, and have a former member as owner. Credentials
    /// younger than $5 are not idle.
    COUNTS_OF_NEWEST = concat!("SELECT kind, status, COUNT(*) AS number, SUM(never) AS never_ending, SUM(idle) AS idle,
            SUM(rolling) AS rolling, SUM(abandoned) AS abandoned
        FROM (SELECT f.kind AS kind, ", status!("$4"), " AS status,
                CASE WHEN f.expires_at IS NULL THEN 1 ELSE 0 END AS never,
                CASE WHEN f.created_at > $5 THEN 0 WHEN ", used_or_issued!(), " <= $5 THEN 1 ELSE 0 END AS idle,
                CASE WHEN ", is_rolling!("$4"), " THEN 1 ELSE 0 END AS rolling,
                CASE WHEN ", is_abandoned!(), " THEN 1 ELSE 0 END AS abandoned
            FROM (SELECT c.org_id, c.id, c.kind, c.owner_type, c.owner_id, c.created_at, c.expires_at, c.revoked_at,
                        c.disabled_at, c.pending_since, c.scopes, c.last_used_at
                    FROM credentials c WHERE c.org_id = $1 AND ", reached!("c."), "
                    ORDER BY c.created_at DESC, c.id DESC LIMIT $6) f) counted
        GROUP BY kind, status");
}
