//! The overview of an organization: its credentials, their use, and what needs a decision.
//!
//! Owns which numbers there are, and their time ranges. Each number is the length of the inventory's list under the
//! filter with that name, so a list never differs from its number.

use crate::{Caller, Result, use_cases::Orgs};
use domain::{
    Timestamp,
    access::Action,
    credential::{CredentialKind, DAY_SECONDS, Status},
};
pub use store::{Counts, CredentialCount, TopCaller, UsageHour};

/// Days without a use from which a credential counts as idle.
pub const IDLE_DAYS: u32 = 90;
/// The number of days with calls.
pub const USAGE_DAYS: i64 = 7;
/// The maximum number of credentials that are counted, newest first. Counting more would take too long.
pub const MOST_COUNTED: u32 = 50_000;
const TOP: u32 = 5;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The numbers at one moment.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The number of credentials within reach.
    pub counts: Counts,
    /// The beginning of the first day of `hours`, in UTC.
    pub from: Timestamp,
    /// The end of the last day of `hours`, which is today, in UTC.
    pub to: Timestamp,
    /// Results of all calls with the organization's credentials, by hour. Empty for callers who reach only their own.
    pub hours: Vec<UsageHour>,
    /// The credentials with the most calls in the last day.
    pub top: Vec<TopCaller>,
}

impl Overview {
    /// Counts the live credentials of this kind.
    pub fn live(&self, kind: CredentialKind) -> u64 {
        self.sum(|count| if count.kind == kind && count.status.is_live() { count.number } else { 0 })
    }

    /// Counts the credentials in this state.
    pub fn in_state(&self, status: Status) -> u64 {
        self.sum(|count| if count.status == status { count.number } else { 0 })
    }

    /// Returns whether all credentials were counted, and not only the newest [`MOST_COUNTED`].
    pub fn is_whole(&self) -> bool {
        self.sum(|count| count.number) < u64::from(MOST_COUNTED)
    }

    fn sum(&self, of: impl Fn(&CredentialCount) -> u64) -> u64 {
        self.counts.by_state.iter().map(of).sum()
    }
}

impl Orgs<'_> {
    /// Returns the numbers of the caller's organization, within the caller's reach.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`].
    pub async fn overview(self, caller: &Caller) -> Result<Overview> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        // Includes the calls of the last second.
        self.service.node().flush_usage().await?;
        let now = self.service.now();
        let floor = |unit: i64| now.millis().div_euclid(unit) * unit;
        let (to, hour) = (Timestamp::from_millis(floor(DAY) + DAY), Timestamp::from_millis(floor(HOUR)));
        let from = to.plus_seconds(-USAGE_DAYS * DAY_SECONDS);
        let reaches_all = permit.owner().is_none();
        let mut tx = self.service.inner.db.read(&permit).await?;
        let idle_since = now.plus_seconds(-i64::from(IDLE_DAYS) * DAY_SECONDS);
        Ok(Overview {
            counts: tx.count_by_state(now, idle_since, MOST_COUNTED).await?,
            from,
            to,
            hours: if reaches_all { tx.usage_of_org(from, to).await? } else { Vec::new() },
            top: tx.top_callers(hour.plus_seconds(-DAY_SECONDS), TOP).await?,
        })
    }
}
