//! Counts of an organization's credentials and their usage.
//!
//! Owns: counting within the permit's reach. The counted credentials are those that [`crate::InventoryFilter`] lists.

use crate::{
    ReadTx, Result,
    backend::{fetch_all, fetch_optional},
    column::parse,
    sql::{
        credentials::reached, inventory::breaks, inventory::ends_soon, inventory::is_abandoned, inventory::is_excepted,
        inventory::is_newest, inventory::is_rolling, inventory::status, inventory::used_or_issued, statements,
    },
    usage::UsageHour,
};
use domain::{
    Name, Timestamp,
    credential::{CredentialKind, Status},
    ids::CredentialId,
};

/// Number of credentials of one kind in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialCount {
    pub kind: CredentialKind,
    pub status: Status,
    pub number: u64,
}

/// Numbers of credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Numbers by kind and state. Entries of zero may be missing.
    pub by_state: Vec<CredentialCount>,
    /// Working credentials, in any state, that never expire.
    pub never_ending: u64,
    /// Working credentials that were not used for a long time.
    pub idle: u64,
    /// Working credentials with an older secret beside the newest.
    pub rolling: u64,
    /// Working credentials whose owner is a former member.
    pub abandoned: u64,
}

/// A credential with the number of its calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopCaller {
    pub id: CredentialId,
    pub name: Name,
    pub calls: u64,
}

/// A row of [`COUNTS_OF_ORG`]: a kind and its counts.
type OfKind = (String, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// Converts a count, which is never negative.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl ReadTx {
    /// Counts the credentials within the permit's reach, or the newest `most` if there are more. A credential counts as
    /// idle if it was not used since `idle_since`.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn count_by_state(&mut self, now: Timestamp, idle_since: Timestamp, most: u32) -> Result<Counts> {
        let (org, owner_type, _) = self.reach();
        let is_whole = owner_type.is_none()
            && fetch_optional!(&mut self.conn, (String,), HAS_MORE, org, i64::from(most))?.is_none();
        if is_whole { self.count_all(now, idle_since).await } else { self.count_newest(now, idle_since, most).await }
    }

    /// Counts by index ranges. The permit must reach the whole organization.
    async fn count_all(&mut self, now: Timestamp, idle_since: Timestamp) -> Result<Counts> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, OfKind, COUNTS_OF_ORG, org.clone(), now.millis())?;
        let (idle, rolling, abandoned) =
            fetch_optional!(&mut self.conn, (i64, i64, i64), WORKING_OF_ORG, org, now.millis(), idle_since.millis())?
                .unwrap_or_default();
        let mut counts =
            Counts { idle: count(idle), rolling: count(rolling), abandoned: count(abandoned), ..Counts::default() };
        for (
            kind,
            revoked,
            expired,
            disabled,
            pending,
            endless,
            ending,
            soon,
            endless_blocked,
            ending_blocked,
            soon_blocked,
        ) in rows
        {
            let kind = parse("kind", &kind)?;
            let in_states = [
                (Status::Revoked, revoked),
                (Status::Expired, expired),
                (Status::Disabled, disabled),
                (Status::PendingApproval, pending),
                (Status::BlockedByPolicy, endless_blocked + ending_blocked),
                (Status::ExpiresSoon, soon - soon_blocked),
                (Status::Active, endless - endless_blocked + (ending - ending_blocked) - (soon - soon_blocked)),
            ];
            counts.by_state.extend(in_states.map(|(status, number)| CredentialCount {
                kind,
                status,
                number: count(number),
            }));
            counts.never_ending += count(endless - endless_blocked);
        }
        Ok(counts)
    }

    /// Counts row by row. Used when the permit reaches one owner, or when counting everything would take too long.
    async fn count_newest(&mut self, now: Timestamp, idle_since: Timestamp, most: u32) -> Result<Counts> {
        let (org, owner_type, owner) = self.reach();
        let rows = fetch_all!(
            &mut self.conn,
            (String, String, i64, i64, i64, i64, i64),
            COUNTS_OF_NEWEST,
            org,
            owner_type,
            owner,
            now.millis(),
            idle_since.millis(),
            i64::from(most),
        )?;
        let mut counts = Counts::default();
        for (kind, status, number, never_ending, idle, rolling, abandoned) in rows {
            let status: Status = parse("status", &status)?;
            counts.by_state.push(CredentialCount { kind: parse("kind", &kind)?, status, number: count(number) });
            if status.is_live() {
                counts.never_ending += count(never_ending);
                counts.idle += count(idle);
                counts.rolling += count(rolling);
                counts.abandoned += count(abandoned);
            }
        }
        Ok(counts)
    }

    /// Returns the usage of all credentials of the organization in the hours from `from` to `to`, in order.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn usage_of_org(&mut self, from: Timestamp, to: Timestamp) -> Result<Vec<UsageHour>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, (i64, String, i64), USAGE_OF_ORG, org, from.millis(), to.millis())?;
        Ok(rows.into_iter().map(UsageHour::read).collect())
    }

    /// Returns the credentials within the permit's reach with the most calls since then, busiest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn top_callers(&mut self, since: Timestamp, limit: u32) -> Result<Vec<TopCaller>> {
        let (org, owner_type, owner) = self.reach();
        let rows = fetch_all!(
            &mut self.conn,
            (String, String, i64),
            TOP_CALLERS,
            org,
            owner_type,
            owner,
            since.millis(),
            i64::from(limit)
        )?;
        let read = |(id, name, calls): (String, String, i64)| {
            Ok(TopCaller {
                id: parse("credential id", &id)?,
                name: parse("credential name", &name)?,
                calls: count(calls),
            })
        };
        rows.into_iter().map(read).collect()
    }
}

// Each number equals the length of the inventory's list under the corresponding filter. A whole organization is counted
// by index ranges. The rows of enabled credentials are read only if a policy could block them. Rare conditions are
// checked only on the rows that can meet them.

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

statements! {
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

    USAGE_OF_ORG = "SELECT hour, outcome, count FROM usage_of_orgs
        WHERE org_id = $1 AND hour >= $2 AND hour < $3 ORDER BY hour, outcome";

    /// The credentials with the most calls, of the organization or of one owner.
    TOP_CALLERS = concat!("SELECT c.id, c.name, t.calls FROM (
            SELECT h.credential_id, CAST(SUM(h.count) AS BIGINT) AS calls FROM usage_hours h
            WHERE h.org_id = $1 AND h.hour >= $4 GROUP BY h.credential_id) t
            JOIN credentials c ON c.org_id = $1 AND c.id = t.credential_id
        WHERE ", reached!("c."), " ORDER BY t.calls DESC, c.id LIMIT $5");
}
