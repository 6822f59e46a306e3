//! Counts calls against quotas.
//!
//! A node counts its own calls at once, and learns about calls on other nodes within seconds. Nodes add their counts to
//! a shared row in the database and read the total. A quota can therefore be exceeded only by the calls that other
//! nodes allow in the meantime. A process that is killed loses the counts since the last usage flush.

use crate::{Engine, Result, snapshot::Snapshot};
use domain::{
    Timestamp,
    credential::{Quota, QuotaPeriod},
    ids::{CredentialId, OrgId},
    verify::QuotaLeft,
};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::QuotaUse;

/// A quota and its use in one period.
pub(crate) struct QuotaMeter {
    quota: Quota,
    /// Start of the counted period, in milliseconds since 1970.
    period_start: AtomicI64,
    /// Calls in the period on all nodes, as far as this node knows.
    used: AtomicU64,
    /// Calls on this node that are not in the database yet.
    unwritten: AtomicU64,
    /// Calls in the database when it was last read.
    written: AtomicU64,
}

impl QuotaMeter {
    pub(crate) fn new(quota: Quota) -> Self {
        Self {
            quota,
            period_start: AtomicI64::new(0),
            used: AtomicU64::new(0),
            unwritten: AtomicU64::new(0),
            written: AtomicU64::new(0),
        }
    }

    pub(crate) fn quota(&self) -> Quota {
        self.quota
    }

    /// Counts `cost` calls if the quota allows them. Returns whether it does, the rest of the quota, and whether these
    /// calls are the first that must be written.
    pub(crate) fn take(&self, cost: u32, now: Timestamp) -> (bool, QuotaLeft, bool) {
        let start = self.quota.period.start(now).millis();
        let counted = self.period_start.load(Ordering::Acquire);
        let is_new = counted != start;
        if is_new && self.period_start.compare_exchange(counted, start, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            for count in [&self.used, &self.unwritten, &self.written] {
                count.store(0, Ordering::Release);
            }
        }
        let within = |used: u64| used.checked_add(u64::from(cost)).filter(|used| *used <= self.quota.limit);
        let taken = self.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, within);
        let is_first = taken.is_ok() && self.unwritten.fetch_add(u64::from(cost), Ordering::AcqRel) == 0;
        let used = taken.map_or_else(|used| used, |used| used + u64::from(cost));
        let left = QuotaLeft {
            limit: self.quota.limit,
            remaining: self.quota.limit.saturating_sub(used),
            reset_seconds: u32::try_from(self.quota.period.end(now).seconds_since(now)).unwrap_or(u32::MAX),
        };
        (taken.is_ok(), left, is_first && cost > 0)
    }

    /// Continues the count of the quota that this one replaces. Calls of a day also count for its month. A month's
    /// calls do not count for a day, because their share of that day is unknown.
    pub(crate) fn carry_over(&self, before: &Self, now: Timestamp) {
        let (start, period) = (self.quota.period.start(now).millis(), before.quota.period);
        let is_counted = before.period_start.load(Ordering::Acquire) == period.start(now).millis();
        if !is_counted || (self.quota.period, period) == (QuotaPeriod::Day, QuotaPeriod::Month) {
            return;
        }
        self.period_start.store(start, Ordering::Release);
        self.used.fetch_max(before.used.load(Ordering::Acquire), Ordering::AcqRel);
        if self.quota.period == period {
            let counted = before.written.load(Ordering::Acquire) + before.unwritten.load(Ordering::Acquire);
            self.written.fetch_max(counted, Ordering::AcqRel);
        }
    }

    /// Adopts the total that the database has for a period. `own` of these calls were made on this node.
    fn learn(&self, period_start: i64, total: u64, own: u64) {
        if self.period_start.load(Ordering::Acquire) == period_start {
            let before = self.written.swap(total, Ordering::AcqRel);
            self.used.fetch_add(total.saturating_sub(before).saturating_sub(own), Ordering::AcqRel);
        }
    }

    /// Begins with the count in the database, unless this node has begun to count.
    fn begin(&self, use_of: &QuotaUse, now: Timestamp) {
        let start = use_of.period_start.millis();
        let is_current = start == self.quota.period.start(now).millis();
        if is_current && self.period_start.compare_exchange(0, start, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            self.learn(start, use_of.used, 0);
        }
    }
}

impl Snapshot {
    pub(crate) fn has_quota(&self, id: CredentialId) -> bool {
        self.by_id(id).is_some_and(|known| known.grant.stored.quota.is_some())
    }

    /// Begins quotas with the uses stored in the database.
    pub(crate) fn begin_quotas(&self, uses: &[QuotaUse], now: Timestamp) {
        for one in uses {
            if let Some(known) = self.by_id(one.credential)
                && let Some(meter) = &known.grant.stored.quota
            {
                meter.begin(one, now);
            }
        }
    }
}

impl Engine {
    /// Loads the uses of one credential, or of all, since the start of the longest current period.
    pub(crate) async fn load_quota_uses(&self, snapshot: &Snapshot, of: Option<(OrgId, CredentialId)>) -> Result<()> {
        let now = self.now();
        let uses = self.db.quota_uses(of, QuotaPeriod::Month.start(now)).await?;
        snapshot.begin_quotas(&uses, now);
        Ok(())
    }

    /// Writes this node's counts, and learns the counts of other nodes.
    pub(crate) async fn flush_quotas(&self, snapshot: &Snapshot) -> Result<()> {
        for _ in 0..snapshot.quotas_to_write.len() {
            let Some((stored, org, credential)) = snapshot.quotas_to_write.pop() else { break };
            let Some(meter) = &stored.quota else { continue };
            let start = meter.period_start.load(Ordering::Acquire);
            let count = meter.unwritten.swap(0, Ordering::AcqRel);
            let of = (org, credential);
            match self.db.add_quota_use(of, Timestamp::from_millis(start), count).await {
                Ok(Some(total)) => meter.learn(start, total, count),
                // The credential no longer exists.
                Ok(None) => {}
                Err(error) => {
                    meter.unwritten.fetch_add(count, Ordering::AcqRel);
                    snapshot.quotas_to_write.push((stored.clone(), org, credential));
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn daily() -> QuotaMeter {
        QuotaMeter::new(Quota { limit: 3, period: QuotaPeriod::Day })
    }

    #[test]
    fn a_quota_is_used_up_and_is_whole_again_with_the_next_period() {
        let (meter, day) = (daily(), at("2027-01-31T23:59:00Z"));
        for remaining in [2, 1, 0] {
            let (is_allowed, left, _) = meter.take(1, day);
            assert_eq!((is_allowed, left.remaining, left.reset_seconds), (true, remaining, 60));
        }
        assert!(!meter.take(1, day).0);
        assert!(meter.take(0, day).0, "what costs nothing is let through");
        let (is_allowed, left, is_first) = meter.take(2, at("2027-02-01T00:00:00Z"));
        assert_eq!((is_allowed, left.remaining, is_first), (true, 1, true));
    }

    #[test]
    fn what_other_nodes_let_through_counts_once() {
        let (meter, day) = (daily(), at("2027-01-31T12:00:00Z"));
        let start = QuotaPeriod::Day.start(day);
        assert!(meter.take(1, day).0);
        meter.learn(start.millis(), 2, 1);
        assert_eq!(meter.take(1, day).1.remaining, 0);
        meter.learn(start.millis(), 3, 1);
        assert!(!meter.take(1, day).0);
        meter.learn(0, 99, 0);
        assert!(meter.take(1, at("2027-02-01T12:00:00Z")).0, "another period's counts are not this one's");
    }

    #[test]
    fn counting_goes_on_from_what_was_stored() {
        let (meter, day) = (daily(), at("2027-01-31T12:00:00Z"));
        let credential = "key_01jc0000000000000000000000".parse().unwrap();
        let used = |period: QuotaPeriod, used| QuotaUse { credential, period_start: period.start(day), used };
        meter.begin(&used(QuotaPeriod::Month, 99), day);
        meter.begin(&used(QuotaPeriod::Day, 2), day);
        assert_eq!(meter.take(1, day).1.remaining, 0);
        assert!(!meter.take(1, day).0);
    }
}
