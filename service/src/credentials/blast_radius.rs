//! The usage sources of a credential, which show what depends on it.
//!
//! Reports only what was counted and recorded during use. Where nothing was recorded, it says nothing.

use crate::{Caller, Result, ServiceError, use_cases::Credentials};
use domain::{
    Timestamp,
    access::Action,
    credential::{Credential, DAY_SECONDS},
    ids::CredentialId,
};
use std::{collections::BTreeMap, net::IpAddr};
use store::UsageSourceKind;

/// Days without a use after which nothing seems to depend on a credential.
pub const QUIET_DAYS: i64 = 30;
const HOUR: i64 = 3_600_000;
const HOURS: i64 = 24;

/// The usage sources of a credential.
#[derive(Clone, Debug)]
pub struct BlastRadius {
    pub credential: Credential,
    /// Calls in each of the last 24 hours, the current one last.
    pub hours: Vec<(Timestamp, u64)>,
    /// Calls in the busiest minute of these hours.
    pub busiest_minute: u64,
    /// Addresses that used it in these hours, and the last address of each of its secrets at any time.
    pub addresses: Vec<(IpAddr, Timestamp)>,
    /// Credentials with which APIs verified it in these hours: id, time, and the name if it is the organization's.
    pub asked_by: Vec<(String, Option<String>, Timestamp)>,
    /// Operations for which it was valid in these hours.
    pub operations: Vec<(String, Timestamp)>,
    /// Whether it was never used, or not for [`QUIET_DAYS`].
    pub is_safe_to_remove: bool,
}

impl BlastRadius {
    /// Returns the calls in all of these hours.
    pub fn calls(&self) -> u64 {
        self.hours.iter().map(|(_, calls)| calls).sum()
    }

    /// Returns the calls in the busiest minute of these hours.
    pub fn most_in_a_minute(&self) -> u64 {
        // Counts per minute are newer than counts per hour. The busiest minute has at least the mean of its hour.
        let mean = self.hours.iter().map(|(_, calls)| calls.div_ceil(60)).max().unwrap_or(0);
        self.busiest_minute.max(mean)
    }
}

impl Credentials<'_> {
    /// Returns the usage sources of a credential of the caller's organization.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the credential does not exist or is not within reach.
    pub async fn blast_radius(self, caller: &Caller, id: &str) -> Result<BlastRadius> {
        if let Err(error) = self.service.node().flush_usage().await {
            tracing::warn!(%error, "what was counted since the last flush is not in the answer");
        }
        self.blast_radius_as_written(caller, id).await
    }

    /// Like [`Credentials::blast_radius`], but without the calls of the last seconds. It is for callers that only preview.
    ///
    /// # Errors
    /// Fails like [`Credentials::blast_radius`].
    pub async fn blast_radius_as_written(self, caller: &Caller, id: &str) -> Result<BlastRadius> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let now = self.service.now();
        let this_hour = Timestamp::from_millis(now.millis().div_euclid(HOUR) * HOUR);
        let from = this_hour.plus_seconds(-(HOURS - 1) * HOUR / 1000);
        let mut tx = self.service.inner.db.read(&permit).await?;
        let credential = tx.credential(id).await?;
        let mut counted = BTreeMap::new();
        for hour in tx.usage(id, from, now.plus_seconds(1)).await? {
            *counted.entry(hour.at).or_insert(0) += hour.count;
        }
        let hours = (0..HOURS).map(|hour| from.plus_seconds(hour * HOUR / 1000));
        let hours = hours.map(|at| (at, counted.get(&at).copied().unwrap_or(0))).collect();
        let busiest_minute = tx.busiest_minute(id, from).await?;
        let sources = tx.usage_sources(id, from).await?;
        let of_kind = |kind| sources.iter().filter(move |source| source.kind == kind);
        let noted = of_kind(UsageSourceKind::Address);
        let last = || credential.secrets.iter().filter_map(|secret| Some((secret.last_used_ip?, secret.last_used_at?)));
        let mut addresses: Vec<_> =
            noted.filter_map(|source| Some((source.value.parse().ok()?, source.noted_at))).chain(last()).collect();
        addresses.sort_by_key(|(address, at)| (*address, std::cmp::Reverse(*at)));
        addresses.dedup_by_key(|(address, _)| *address);
        let asked_by =
            of_kind(UsageSourceKind::Api).map(|source| (source.value.clone(), source.name.clone(), source.noted_at));
        let operations = of_kind(UsageSourceKind::Operation).map(|source| (source.value.clone(), source.noted_at));
        let (asked_by, operations) = (asked_by.collect(), operations.collect());
        let is_quiet = |at: Timestamp| at <= now.plus_seconds(-QUIET_DAYS * DAY_SECONDS);
        let is_safe_to_remove = credential.last_used_at().is_none_or(is_quiet);
        Ok(BlastRadius { credential, hours, busiest_minute, addresses, asked_by, operations, is_safe_to_remove })
    }
}
