//! Counts of an organization's credentials and their usage.
//!
//! Owns: counting within the permit's reach. The counted credentials are those that [`crate::InventoryFilter`] lists.

use crate::{
    ReadTx, Result,
    backend::{fetch_all, fetch_optional},
    column::parse,
    sql::{
        overview::{COUNTS_OF_NEWEST, COUNTS_OF_ORG, HAS_MORE, WORKING_OF_ORG},
        verification::{TOP_CALLERS, USAGE_OF_ORG},
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
