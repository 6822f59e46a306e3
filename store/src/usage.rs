//! How often credentials were presented, when and from where.
//!
//! Owns: writing what the verification path has seen, in batches, so that verifying itself writes nothing. No
//! permit and no event: nobody decides this. Each row is still named with its tenant. Reading is for those with a permit.

use crate::{
    Db, ReadTx, Result,
    backend::{Conn, execute, fetch_all, fetch_optional},
    column::{parse, parse_optional},
    feed,
    sql::verification::{
        ADD_QUOTA_USE, COUNT_USE, COUNT_USE_OF_ORG, DELETE_OLD_QUOTA_USES, DELETE_OLD_REFUSED_CALLS,
        INSERT_REFUSED_CALL, QUOTA_USE_OF, QUOTA_USES, REFUSED_CALLS_OF, STARTS_OVERLAP, USAGE_OF, USE_CREDENTIAL,
        USE_SECRET,
    },
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId, RequestId},
};
use std::{collections::BTreeMap, net::IpAddr};

/// Milliseconds in an hour.
const HOUR: i64 = 3_600_000;

/// How one secret of a credential was used since it was last written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The tenant.
    pub org: OrgId,
    /// The credential.
    pub credential: CredentialId,
    /// Which of its secrets; none for a client with keys of its own.
    pub number: Option<i64>,
    /// When it was last used, if it was.
    pub used_at: Option<Timestamp>,
    /// From where, if that is known.
    pub ip: Option<IpAddr>,
    /// When the calls were counted.
    pub counted_at: Timestamp,
    /// How often with which outcome.
    pub outcomes: Vec<(&'static str, u32)>,
}

/// A call that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCall {
    /// The tenant.
    pub org: OrgId,
    /// The credential.
    pub credential: CredentialId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub outcome: String,
    /// From where, if that is known.
    pub ip: Option<IpAddr>,
}

/// What was counted in an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageHour {
    /// When the hour begins.
    pub at: Timestamp,
    /// What came of the calls.
    pub outcome: String,
    /// How many there were.
    pub count: u64,
}

/// How much of its quota a credential has used in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaUse {
    /// The credential.
    pub credential: CredentialId,
    /// When the period began.
    pub period_start: Timestamp,
    /// Calls in it, of all nodes.
    pub used: u64,
}

impl UsageHour {
    pub(crate) fn read((at, outcome, count): (i64, String, i64)) -> Self {
        Self { at: Timestamp::from_millis(at), outcome, count: u64::try_from(count).unwrap_or(0) }
    }
}

impl Db {
    /// Adds to what a credential has used of its quota in a period; answers what all nodes have added. Nothing for one that
    /// is gone.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn add_quota_use(
        &self,
        (org, credential): (OrgId, CredentialId),
        period_start: Timestamp,
        count: u64,
    ) -> Result<Option<u64>> {
        let mut conn = self.begin_write().await?;
        let (org, id) = (org.to_string(), credential.to_string());
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let row = fetch_optional!(&mut conn, (i64,), ADD_QUOTA_USE, org, id, period_start.millis(), count)?;
        conn.commit().await?;
        Ok(row.map(|(used,)| u64::try_from(used).unwrap_or(0)))
    }

    /// What was used of quotas in periods that began at `since` or later, of one credential or of all.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn quota_uses(&self, of: Option<(OrgId, CredentialId)>, since: Timestamp) -> Result<Vec<QuotaUse>> {
        let mut conn = self.begin_follow().await?;
        let rows = match of {
            None => fetch_all!(&mut conn, (String, i64, i64), QUOTA_USES, since.millis())?,
            Some((org, id)) => fetch_all!(
                &mut conn,
                (String, i64, i64),
                QUOTA_USE_OF,
                org.to_string(),
                id.to_string(),
                since.millis()
            )?,
        };
        let read = |(id, start, used): (String, i64, i64)| {
            Ok(QuotaUse {
                credential: parse("credential id", &id)?,
                period_start: Timestamp::from_millis(start),
                used: u64::try_from(used).unwrap_or(0),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Forgets what was used in periods that began before.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn sweep_quota_uses(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_QUOTA_USES, before.millis())?;
        conn.commit().await
    }

    /// Records usage, all or nothing. The last use never moves back and the first one never on. Credentials that are gone are
    /// passed over. A first use that starts an overlap is a change that every node must hear of; then its number in the feed.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn record_usage(&self, usage: &[Usage]) -> Result<Option<i64>> {
        // One order on every node, so that two batches cannot wait for each other.
        let mut usage: Vec<_> = usage.iter().collect();
        usage.sort_by_key(|usage| (usage.credential, usage.number));
        let mut counts = BTreeMap::new();
        for usage in &usage {
            let hour = usage.counted_at.millis().div_euclid(HOUR) * HOUR;
            for (outcome, count) in &usage.outcomes {
                *counts.entry((usage.credential, usage.org, hour, *outcome)).or_insert(0) += i64::from(*count);
            }
        }
        let mut conn = self.begin_write().await?;
        let mut of_orgs = BTreeMap::new();
        for ((credential, org, hour, outcome), count) in counts {
            let rows = execute!(&mut conn, COUNT_USE, org.to_string(), credential.to_string(), hour, outcome, count)?;
            if rows > 0 {
                *of_orgs.entry((org, hour, outcome)).or_insert(0) += count;
            }
        }
        for ((org, hour, outcome), count) in of_orgs {
            execute!(&mut conn, COUNT_USE_OF_ORG, org.to_string(), hour, outcome, count)?;
        }
        let mut started = Vec::new();
        for usage in usage {
            if record(&mut conn, usage).await? {
                started.push(usage);
            }
        }
        let mut seq = None;
        for usage in started {
            let id = usage.credential.to_string();
            seq = Some(feed::append(&mut conn, (usage.org, "credential", &id, usage.counted_at)).await?);
        }
        conn.commit().await?;
        Ok(seq)
    }

    /// Records calls that were refused, all or nothing. Credentials that are gone are passed over.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn record_refused(&self, calls: &[(RequestId, RefusedCall)]) -> Result<()> {
        let mut conn = self.begin_write().await?;
        for (id, call) in calls {
            execute!(
                &mut conn,
                INSERT_REFUSED_CALL,
                call.org.to_string(),
                call.credential.to_string(),
                id.to_string(),
                call.at.millis(),
                call.outcome.as_str(),
                call.ip.map(|ip| ip.to_string()),
            )?;
        }
        conn.commit().await
    }

    /// Forgets refused calls from before.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn sweep_refused(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_REFUSED_CALLS, before.millis())?;
        conn.commit().await
    }
}

/// Notes the last use; answers whether it starts the overlap of a roll, or starts it earlier.
async fn record(conn: &mut Conn, usage: &Usage) -> Result<bool> {
    let (org, id) = (usage.org.to_string(), usage.credential.to_string());
    let Some(used_at) = usage.used_at.map(Timestamp::millis) else { return Ok(false) };
    let ip = usage.ip.map(|ip| ip.to_string());
    let Some(number) = usage.number else {
        execute!(conn, USE_CREDENTIAL, org.as_str(), id.as_str(), used_at, ip)?;
        return Ok(false);
    };
    // The first secret of a credential replaces none.
    let starts = match number {
        ..=1 => None,
        _ => fetch_optional!(&mut *conn, (String,), STARTS_OVERLAP, org.as_str(), id.as_str(), number, used_at)?,
    };
    execute!(conn, USE_SECRET, org.as_str(), id.as_str(), number, used_at, ip)?;
    Ok(starts.is_some())
}

impl ReadTx {
    /// What was counted of a credential in the hours from `from` to `to`, in their order.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no credential that the permit reaches.
    pub async fn usage(&mut self, id: CredentialId, from: Timestamp, to: Timestamp) -> Result<Vec<UsageHour>> {
        self.credential(id).await?;
        let org = self.org();
        let rows =
            fetch_all!(&mut self.conn, (i64, String, i64), USAGE_OF, org, id.to_string(), from.millis(), to.millis())?;
        Ok(rows.into_iter().map(UsageHour::read).collect())
    }

    /// The last calls with a credential that were refused and recorded, the newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no credential that the permit reaches.
    pub async fn refused_calls(&mut self, id: CredentialId, limit: u32) -> Result<Vec<RefusedCall>> {
        self.credential(id).await?;
        let org = self.permit().org();
        let rows = fetch_all!(
            &mut self.conn,
            (i64, String, Option<String>),
            REFUSED_CALLS_OF,
            org.to_string(),
            id.to_string(),
            i64::from(limit)
        )?;
        let call = |(at, outcome, ip): (i64, String, Option<String>)| {
            Ok(RefusedCall {
                org,
                credential: id,
                at: Timestamp::from_millis(at),
                outcome,
                ip: parse_optional("address", ip.as_deref())?,
            })
        };
        rows.into_iter().map(call).collect()
    }
}
