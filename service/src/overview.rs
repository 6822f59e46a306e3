//! What an admin sees first: what there is, what it does, and what needs a decision.
//!
//! Owns: which numbers, and since when. Each is the length of a list that the inventory shows with the filter of the same
//! name, so nobody finds other things behind a number than it counted.

use crate::{Caller, Result, Service};
use domain::{
    Timestamp,
    access::Action,
    credential::{CredentialKind, DAY_SECONDS, Status},
};
pub use store::{Counts, CredentialCount, TopCaller, UsageHour};

/// From how many days without use on a credential counts as idle.
pub const IDLE_DAYS: u32 = 90;
/// How many days of calls are shown.
pub const USAGE_DAYS: i64 = 7;
/// How many credentials are counted, the newest if there are more; more would keep everybody waiting.
pub const MOST_COUNTED: u32 = 50_000;
const TOP: u32 = 5;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The numbers at one moment.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How many credentials there are within reach.
    pub counts: Counts,
    /// The beginning of the first day of `hours`, in UTC.
    pub from: Timestamp,
    /// The end of the last one, which is today.
    pub to: Timestamp,
    /// What came of the calls with all credentials of the organisation; nothing for whoever reaches only their own.
    pub hours: Vec<UsageHour>,
    /// Those that were presented most in the last day.
    pub top: Vec<TopCaller>,
}

impl Overview {
    /// Credentials of this kind that work.
    pub fn live(&self, kind: CredentialKind) -> u64 {
        self.sum(|count| if count.kind == kind && count.status.is_live() { count.number } else { 0 })
    }

    /// Credentials in this state.
    pub fn in_state(&self, status: Status) -> u64 {
        self.sum(|count| if count.status == status { count.number } else { 0 })
    }

    /// Whether all were counted, and not only the newest [`MOST_COUNTED`].
    pub fn is_whole(&self) -> bool {
        self.sum(|count| count.number) < u64::from(MOST_COUNTED)
    }

    fn sum(&self, of: impl Fn(&CredentialCount) -> u64) -> u64 {
        self.counts.by_state.iter().map(of).sum()
    }
}

impl Service {
    /// The numbers of the caller's organisation, as far as the caller reaches.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`].
    pub async fn overview(&self, caller: &Caller) -> Result<Overview> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        // What was counted in the last second counts too.
        self.flush_usage().await?;
        let now = self.now();
        let floor = |unit: i64| now.millis().div_euclid(unit) * unit;
        let (to, hour) = (Timestamp::from_millis(floor(DAY) + DAY), Timestamp::from_millis(floor(HOUR)));
        let from = to.plus_seconds(-USAGE_DAYS * DAY_SECONDS);
        let reaches_all = permit.owner().is_none();
        let mut tx = self.inner.db.read(&permit).await?;
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
