//! Usage of credentials: how often, when and from where they were presented.
//!
//! Owns: storing the usage that the verifier has seen, in batches, so that verifying itself writes nothing. Writing
//! needs no permit and no event, because it is not a decision. Each row still names its tenant. Reading needs a permit.

use crate::{
    Db, ReadTx, Result, StoreError,
    backend::{Conn, execute, fetch_all, fetch_optional},
    column::parse_optional,
    feed,
    sql::statements,
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId, RequestId},
};
use serde::Serialize;
use std::{collections::BTreeMap, net::IpAddr};

/// Milliseconds in an hour.
const HOUR: i64 = 3_600_000;
/// Milliseconds in a minute.
const MINUTE: i64 = 60_000;

/// Usage of one secret of a credential since the last batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    pub org: OrgId,
    pub credential: CredentialId,
    /// Number of the secret; `None` for a client with its own keys.
    pub number: Option<i64>,
    /// Time of the last use; `None` if only the counts changed.
    pub used_at: Option<Timestamp>,
    /// Address of the last use, if known.
    pub ip: Option<IpAddr>,
    /// Time at which the calls were counted.
    pub counted_at: Timestamp,
    /// Number of calls by outcome.
    pub outcomes: Vec<(&'static str, u32)>,
}

/// A rejected call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCall {
    pub org: OrgId,
    pub credential: CredentialId,
    pub at: Timestamp,
    pub outcome: String,
    /// Address of the caller, if known.
    pub ip: Option<IpAddr>,
}

/// Number of calls with one outcome in one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageHour {
    /// Start of the hour.
    pub at: Timestamp,
    pub outcome: String,
    pub count: u64,
}

impl UsageHour {
    pub(crate) fn read((at, outcome, count): (i64, String, i64)) -> Self {
        Self { at: Timestamp::from_millis(at), outcome, count: u64::try_from(count).unwrap_or(0) }
    }
}

impl Db {
    /// Records usage, all or nothing. The last use never moves back, and the first use never moves forward. Credentials
    /// that no longer exist are skipped. A first use that starts an overlap is a change that every node must know.
    /// Returns its number in the feed, if there was one.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn record_usage(&self, usage: &[Usage]) -> Result<Option<i64>> {
        let Some(at) = usage.iter().map(|usage| usage.counted_at).max() else { return Ok(None) };
        let mut of_orgs: BTreeMap<OrgId, Vec<&Usage>> = BTreeMap::new();
        for usage in usage {
            of_orgs.entry(usage.org).or_default().push(usage);
        }
        let mut conn = self.begin_write().await?;
        let mut started = Vec::new();
        for (org, usage) in of_orgs {
            count(&mut conn, org, &usage).await?;
            let starting = note_uses(&mut conn, org, &usage).await?;
            started.extend(starting.into_iter().map(|credential| (org, credential)));
        }
        let mut seq = None;
        for (org, credential) in started {
            seq = Some(feed::append(&mut conn, (org, "credential", &credential.to_string(), at)).await?);
        }
        conn.commit().await?;
        Ok(seq)
    }

    /// Records rejected calls, all or nothing. Credentials that no longer exist are skipped.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
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

    /// Deletes the busiest minutes of hours before this time.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_minutes(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_MINUTES, before.millis())?;
        conn.commit().await
    }

    /// Deletes rejected calls from before this time.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_refused(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_REFUSED_CALLS, before.millis())?;
        conn.commit().await
    }
}

/// Adds to the hourly counts of credentials and of their organization.
async fn count(conn: &mut Conn, org: OrgId, usage: &[&Usage]) -> Result<()> {
    let mut counts = BTreeMap::new();
    for usage in usage {
        let hour = usage.counted_at.millis().div_euclid(HOUR) * HOUR;
        for (outcome, count) in &usage.outcomes {
            *counts.entry((usage.credential.to_string(), hour, (*outcome).to_owned())).or_insert(0) +=
                i64::from(*count);
        }
    }
    let rows: Vec<_> = counts.iter().map(|((id, hour, outcome), count)| (id, hour, outcome, count)).collect();
    let counted = fetch_all!(&mut *conn, (String, i64, String), COUNT_USES, org.to_string(), json(&rows)?)?;
    let mut of_org = BTreeMap::new();
    for known in counted {
        *of_org.entry((known.1, known.2.clone())).or_insert(0) += counts.get(&known).copied().unwrap_or(0);
    }
    for ((hour, outcome), count) in of_org {
        execute!(&mut *conn, COUNT_USE_OF_ORG, org.to_string(), hour, outcome, count)?;
    }
    count_minutes(conn, org, usage).await
}

/// Adds the calls of each hour, whatever their outcome, to the latest minute of that hour in this batch.
async fn count_minutes(conn: &mut Conn, org: OrgId, usage: &[&Usage]) -> Result<()> {
    let mut calls = BTreeMap::new();
    for usage in usage {
        let minute = usage.counted_at.millis().div_euclid(MINUTE) * MINUTE;
        let count: i64 = usage.outcomes.iter().map(|(_, count)| i64::from(*count)).sum();
        let of_hour =
            calls.entry((usage.credential.to_string(), minute.div_euclid(HOUR) * HOUR)).or_insert((minute, 0));
        *of_hour = (minute.max(of_hour.0), of_hour.1 + count);
    }
    let rows: Vec<_> = calls.iter().map(|((id, hour), (minute, count))| (id, hour, minute, count)).collect();
    execute!(conn, COUNT_MINUTES, org.to_string(), json(&rows)?).map(|_| ())
}

/// First and last use of a secret, and the address of the last one.
struct Uses {
    first: i64,
    last: i64,
    ip: Option<IpAddr>,
}

/// Records first and last uses. Returns the credentials whose overlap they start, or start earlier.
async fn note_uses(conn: &mut Conn, org: OrgId, usage: &[&Usage]) -> Result<Vec<CredentialId>> {
    let (mut secrets, mut started) = (BTreeMap::new(), Vec::new());
    for usage in usage {
        let Some(used_at) = usage.used_at.map(Timestamp::millis) else { continue };
        let Some(number) = usage.number else {
            let (id, ip) = (usage.credential.to_string(), usage.ip.map(|ip| ip.to_string()));
            execute!(&mut *conn, USE_CREDENTIAL, org.to_string(), id, used_at, ip)?;
            continue;
        };
        let uses = Uses { first: used_at, last: used_at, ip: usage.ip };
        secrets.entry((usage.credential, number)).and_modify(|known: &mut Uses| known.add(&uses)).or_insert(uses);
    }
    // The first secret of a credential replaces no other.
    for ((credential, number), uses) in secrets.iter().filter(|((_, number), _)| *number > 1) {
        let (org_id, id) = (org.to_string(), credential.to_string());
        if fetch_optional!(&mut *conn, (String,), STARTS_OVERLAP, org_id, id, *number, uses.first)?.is_some() {
            started.push(*credential);
        }
    }
    let rows: Vec<_> = secrets
        .iter()
        .map(|((id, number), Uses { first, last, ip })| {
            (id.to_string(), number, first, last, ip.map(|ip| ip.to_string()))
        })
        .collect();
    if !rows.is_empty() {
        execute!(conn, USE_SECRETS, org.to_string(), json(&rows)?)?;
    }
    Ok(started)
}

impl Uses {
    fn add(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        if other.last > self.last {
            (self.last, self.ip) = (other.last, other.ip);
        }
    }
}

fn json(rows: &impl Serialize) -> Result<String> {
    serde_json::to_string(rows).map_err(|error| StoreError::Internal(error.into()))
}

impl ReadTx {
    /// Returns the usage of a credential in the hours from `from` to `to`, in order.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential.
    pub async fn usage(&mut self, id: CredentialId, from: Timestamp, to: Timestamp) -> Result<Vec<UsageHour>> {
        self.credential(id).await?;
        let org = self.org();
        let rows =
            fetch_all!(&mut self.conn, (i64, String, i64), USAGE_OF, org, id.to_string(), from.millis(), to.millis())?;
        Ok(rows.into_iter().map(UsageHour::read).collect())
    }

    /// Returns the number of calls in a credential's busiest minute since `from`.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential.
    pub async fn busiest_minute(&mut self, id: CredentialId, from: Timestamp) -> Result<u64> {
        self.credential(id).await?;
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), BUSIEST_MINUTE, org, id.to_string(), from.millis())?;
        Ok(row.and_then(|(most,)| u64::try_from(most).ok()).unwrap_or(0))
    }

    /// Returns the recorded rejected calls of a credential, newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential.
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

statements! {
    /// Rows of $2: credential, hour, outcome and count. Credentials that no longer exist are skipped; the others are
    /// returned. All nodes use one order, so that two batches can't wait for each other.
    COUNT_USES = "INSERT INTO usage_hours (org_id, credential_id, hour, outcome, count)
        SELECT c.org_id, c.id, CAST(u.value ->> 1 AS BIGINT), u.value ->> 2, CAST(u.value ->> 3 AS BIGINT)
        FROM json_each($2) u CROSS JOIN credentials c WHERE c.org_id = $1 AND c.id = u.value ->> 0
        ORDER BY 2, 3, 4
        ON CONFLICT (org_id, credential_id, hour, outcome) DO UPDATE SET count = usage_hours.count + excluded.count
        RETURNING credential_id, hour, outcome";

    /// Rows of $2: credential, hour, minute and calls. Calls in the stored minute add up; so do late calls in an
    /// earlier minute that another node reports. Credentials that no longer exist are skipped.
    COUNT_MINUTES = "INSERT INTO busiest_minutes (org_id, credential_id, hour, minute, calls, most)
        SELECT c.org_id, c.id, CAST(u.value ->> 1 AS BIGINT), CAST(u.value ->> 2 AS BIGINT),
            CAST(u.value ->> 3 AS BIGINT), CAST(u.value ->> 3 AS BIGINT)
        FROM json_each($2) u CROSS JOIN credentials c WHERE c.org_id = $1 AND c.id = u.value ->> 0
        ORDER BY 2, 3
        ON CONFLICT (org_id, credential_id, hour) DO UPDATE SET
            calls = CASE WHEN excluded.minute > busiest_minutes.minute THEN excluded.calls
                ELSE busiest_minutes.calls + excluded.calls END,
            most = CASE
                WHEN excluded.minute > busiest_minutes.minute AND excluded.calls <= busiest_minutes.most
                    THEN busiest_minutes.most
                WHEN excluded.minute > busiest_minutes.minute THEN excluded.calls
                WHEN busiest_minutes.calls + excluded.calls <= busiest_minutes.most THEN busiest_minutes.most
                ELSE busiest_minutes.calls + excluded.calls END,
            minute = CASE WHEN excluded.minute > busiest_minutes.minute THEN excluded.minute
                ELSE busiest_minutes.minute END";

    BUSIEST_MINUTE = "SELECT most FROM busiest_minutes
        WHERE org_id = $1 AND credential_id = $2 AND hour >= $3 ORDER BY most DESC LIMIT 1";

    DELETE_OLD_MINUTES = "DELETE FROM busiest_minutes WHERE hour < $1";

    COUNT_USE_OF_ORG = "INSERT INTO usage_of_orgs (org_id, hour, outcome, count) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org_id, hour, outcome) DO UPDATE SET count = usage_of_orgs.count + $4";

    USE_CREDENTIAL = "UPDATE credentials SET
            last_used_ip = CASE WHEN last_used_at >= $3 THEN last_used_ip ELSE $4 END,
            last_used_at = CASE WHEN last_used_at >= $3 THEN last_used_at ELSE $3 END
        WHERE org_id = $1 AND id = $2";

    /// Whether a use at $4 starts an overlap, or starts it earlier, and so changes when older secrets retire.
    STARTS_OVERLAP = "SELECT id FROM secrets
        WHERE org_id = $1 AND credential_id = $2 AND number = $3 AND overlap_seconds > 0
            AND (first_used_at IS NULL OR first_used_at > $4)";

    /// Rows of $2: credential, number, first use, last use and address of the last use. Never moves the last use back
    /// or the first use forward.
    USE_SECRETS = "WITH u AS MATERIALIZED (
            SELECT s.id, CAST(e.value ->> 2 AS BIGINT) AS first_at, CAST(e.value ->> 3 AS BIGINT) AS last_at,
                e.value ->> 4 AS ip
            FROM json_each($2) e CROSS JOIN secrets s
            WHERE s.org_id = $1 AND s.credential_id = e.value ->> 0 AND s.number = CAST(e.value ->> 1 AS BIGINT))
        UPDATE secrets SET
            last_used_ip = CASE WHEN last_used_at >= u.last_at THEN last_used_ip ELSE u.ip END,
            last_used_at = CASE WHEN last_used_at >= u.last_at THEN last_used_at ELSE u.last_at END,
            first_used_at = CASE WHEN first_used_at <= u.first_at THEN first_used_at ELSE u.first_at END
        FROM u
        WHERE secrets.id = u.id AND (last_used_at IS NULL OR last_used_at < u.last_at OR first_used_at > u.first_at)";

    /// Adds nothing for a credential that no longer exists.
    INSERT_REFUSED_CALL = "INSERT INTO refused_calls (org_id, credential_id, id, at, outcome, ip)
        SELECT org_id, id, $3, $4, $5, $6 FROM credentials WHERE org_id = $1 AND id = $2";

    DELETE_OLD_REFUSED_CALLS = "DELETE FROM refused_calls WHERE at < $1";

    USAGE_OF = "SELECT hour, outcome, count FROM usage_hours
        WHERE org_id = $1 AND credential_id = $2 AND hour >= $3 AND hour < $4
        ORDER BY hour, outcome";

    REFUSED_CALLS_OF = "SELECT at, outcome, ip FROM refused_calls
        WHERE org_id = $1 AND credential_id = $2 ORDER BY id DESC LIMIT $3";
}
