//! What would notice if a credential stopped working.
//!
//! Owns: saying it from what was counted and noted anyway. Nothing is guessed: where nothing was kept, nothing is said.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    Timestamp,
    access::Action,
    credential::{Credential, DAY_SECONDS},
    ids::CredentialId,
};
use std::{collections::BTreeMap, net::IpAddr};

/// After how many days without a use nothing seems to depend on it.
pub const QUIET_DAYS: i64 = 30;
const HOUR: i64 = 3_600_000;
const HOURS: i64 = 24;

/// Who would notice.
#[derive(Clone, Debug)]
pub struct BlastRadius {
    /// The credential.
    pub credential: Credential,
    /// Calls in each of the last twenty-four hours, this one last.
    pub hours: Vec<(Timestamp, u64)>,
    /// From where its secrets were last used, and when: one address a secret at most.
    pub addresses: Vec<(IpAddr, Timestamp)>,
    /// Whether nothing has used it for [`QUIET_DAYS`], or ever.
    pub is_safe_to_remove: bool,
}

impl BlastRadius {
    /// Calls in all of these hours.
    pub fn calls(&self) -> u64 {
        self.hours.iter().map(|(_, calls)| calls).sum()
    }

    /// Calls in a minute of the hour in which there were most.
    pub fn most_in_a_minute(&self) -> u64 {
        self.hours.iter().map(|(_, calls)| calls.div_ceil(60)).max().unwrap_or(0)
    }
}

impl Service {
    /// What would notice if a credential of the caller's organisation stopped working.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] if it is not there or not within reach.
    pub async fn blast_radius(&self, caller: &Caller, id: &str) -> Result<BlastRadius> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        if let Err(error) = self.flush_usage().await {
            tracing::warn!(%error, "what was counted since the last flush is not in the answer");
        }
        let now = self.now();
        let this_hour = Timestamp::from_millis(now.millis().div_euclid(HOUR) * HOUR);
        let from = this_hour.plus_seconds(-(HOURS - 1) * HOUR / 1000);
        let mut tx = self.inner.db.read(&permit).await?;
        let credential = tx.credential(id).await?;
        let mut counted = BTreeMap::new();
        for hour in tx.usage(id, from, now.plus_seconds(1)).await? {
            *counted.entry(hour.at).or_insert(0) += hour.count;
        }
        let hours = (0..HOURS).map(|hour| from.plus_seconds(hour * HOUR / 1000));
        let hours = hours.map(|at| (at, counted.get(&at).copied().unwrap_or(0))).collect();
        let mut addresses: Vec<_> =
            credential.secrets.iter().filter_map(|secret| Some((secret.last_used_ip?, secret.last_used_at?))).collect();
        addresses.sort_by_key(|(address, at)| (*address, std::cmp::Reverse(*at)));
        addresses.dedup_by_key(|(address, _)| *address);
        let is_quiet = |at: Timestamp| at <= now.plus_seconds(-QUIET_DAYS * DAY_SECONDS);
        let is_safe_to_remove = credential.last_used_at().is_none_or(is_quiet);
        Ok(BlastRadius { credential, hours, addresses, is_safe_to_remove })
    }
}
