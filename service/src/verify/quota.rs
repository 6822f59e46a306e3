//! Counting against quotas.
//!
//! Owns: that every call of a node counts on it at once, and on all others within seconds: nodes add what they counted to
//! one row of the database and take over what the others did. So no more is let through than the quota and what the other
//! nodes let through meanwhile. A process that is killed forgets what it counted since usage was last written.

use super::follow::State;
use crate::{Result, Service};
use domain::{
    Timestamp,
    credential::{Quota, QuotaPeriod},
    ids::{CredentialId, OrgId},
    verify::QuotaLeft,
};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::QuotaUse;

/// A quota and what was used of it.
pub(crate) struct Metered {
    quota: Quota,
    /// When the period that is counted began.
    period_start: AtomicI64,
    /// Calls of all nodes in it, as far as they are known here.
    used: AtomicU64,
    /// Those of this node that are not in the database yet.
    unwritten: AtomicU64,
    /// What the database was last known to have.
    written: AtomicU64,
}

impl Metered {
    pub(crate) fn new(quota: Quota) -> Self {
        Self {
            quota,
            period_start: AtomicI64::new(0),
            used: AtomicU64::new(0),
            unwritten: AtomicU64::new(0),
            written: AtomicU64::new(0),
        }
    }

    /// What is allowed.
    pub(crate) fn quota(&self) -> Quota {
        self.quota
    }

    /// Takes from it: what is left, whether the call is let through, and whether it is the first to be written down.
    pub(super) fn take(&self, cost: u32, now: Timestamp) -> (bool, QuotaLeft, bool) {
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

    /// Goes on with what was counted against the quota that this one replaces. Calls of a day count for its month; how many
    /// of a month's calls were of this day is not known.
    pub(super) fn carry_over(&self, before: &Self, now: Timestamp) {
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

    /// Takes over what the database has of a period, of which `own` came from here.
    fn learn(&self, period_start: i64, total: u64, own: u64) {
        if self.period_start.load(Ordering::Acquire) == period_start {
            let before = self.written.swap(total, Ordering::AcqRel);
            self.used.fetch_add(total.saturating_sub(before).saturating_sub(own), Ordering::AcqRel);
        }
    }

    /// Begins with what the database has, unless counting has begun.
    fn begin(&self, use_of: &QuotaUse, now: Timestamp) {
        let start = use_of.period_start.millis();
        let is_current = start == self.quota.period.start(now).millis();
        if is_current && self.period_start.compare_exchange(0, start, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            self.learn(start, use_of.used, 0);
        }
    }
}

impl State {
    /// Whether a credential has a quota.
    pub(super) fn has_quota(&self, id: CredentialId) -> bool {
        self.by_id(id).is_some_and(|known| known.terms.stored.quota.is_some())
    }

    /// Takes what was used before into account.
    pub(super) fn begin_quotas(&self, uses: &[QuotaUse], now: Timestamp) {
        for one in uses {
            if let Some(known) = self.by_id(one.credential)
                && let Some(metered) = &known.terms.stored.quota
            {
                metered.begin(one, now);
            }
        }
    }
}

impl Service {
    /// What was used in the longest period that is not over, of one credential or of all.
    pub(super) async fn load_quota_uses(&self, state: &State, of: Option<(OrgId, CredentialId)>) -> Result<()> {
        let now = self.now();
        let uses = self.inner.db.quota_uses(of, QuotaPeriod::Month.start(now)).await?;
        state.begin_quotas(&uses, now);
        Ok(())
    }

    /// Writes what was counted against quotas, and learns what other nodes have.
    pub(super) async fn flush_quotas(&self, state: &State) -> Result<()> {
        for _ in 0..state.quotas_to_write.len() {
            let Some((stored, org, credential)) = state.quotas_to_write.pop() else { break };
            let Some(metered) = &stored.quota else { continue };
            let start = metered.period_start.load(Ordering::Acquire);
            let count = metered.unwritten.swap(0, Ordering::AcqRel);
            let of = (org, credential);
            match self.inner.db.add_quota_use(of, Timestamp::from_millis(start), count).await {
                Ok(Some(total)) => metered.learn(start, total, count),
                // The credential is gone.
                Ok(None) => {}
                Err(error) => {
                    metered.unwritten.fetch_add(count, Ordering::AcqRel);
                    state.quotas_to_write.push((stored.clone(), org, credential));
                    return Err(error.into());
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

    fn metered() -> Metered {
        Metered::new(Quota { limit: 3, period: QuotaPeriod::Day })
    }

    #[test]
    fn a_quota_is_used_up_and_is_whole_again_with_the_next_period() {
        let (metered, day) = (metered(), at("2027-01-31T23:59:00Z"));
        for remaining in [2, 1, 0] {
            let (is_allowed, left, _) = metered.take(1, day);
            assert_eq!((is_allowed, left.remaining, left.reset_seconds), (true, remaining, 60));
        }
        assert!(!metered.take(1, day).0);
        assert!(metered.take(0, day).0, "what costs nothing is let through");
        let (is_allowed, left, is_first) = metered.take(2, at("2027-02-01T00:00:00Z"));
        assert_eq!((is_allowed, left.remaining, is_first), (true, 1, true));
    }

    #[test]
    fn what_other_nodes_let_through_counts_once() {
        let (metered, day) = (metered(), at("2027-01-31T12:00:00Z"));
        let start = QuotaPeriod::Day.start(day);
        assert!(metered.take(1, day).0);
        metered.learn(start.millis(), 2, 1);
        assert_eq!(metered.take(1, day).1.remaining, 0);
        metered.learn(start.millis(), 3, 1);
        assert!(!metered.take(1, day).0);
        metered.learn(0, 99, 0);
        assert!(metered.take(1, at("2027-02-01T12:00:00Z")).0, "another period's counts are not this one's");
    }

    #[test]
    fn counting_goes_on_from_what_was_stored() {
        let (metered, day) = (metered(), at("2027-01-31T12:00:00Z"));
        let credential = "key_01jc0000000000000000000000".parse().unwrap();
        let used = |period: QuotaPeriod, used| QuotaUse { credential, period_start: period.start(day), used };
        metered.begin(&used(QuotaPeriod::Month, 99), day);
        metered.begin(&used(QuotaPeriod::Day, 2), day);
        assert_eq!(metered.take(1, day).1.remaining, 0);
        assert!(!metered.take(1, day).0);
    }
}
