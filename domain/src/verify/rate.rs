//! Rate limits with the generic cell rate algorithm (GCRA).
//!
//! A credential may use its whole limit at once and regains it evenly over the window. The only state is one number:
//! when the whole limit is available again, in nanoseconds since 1970.

use crate::{Timestamp, credential::RateLimit};

const NANOS: i64 = 1_000_000_000;

/// The remaining part of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Calls in each window.
    pub limit: u32,
    /// Length of a window, in seconds.
    pub window_seconds: u32,
    /// Calls that are possible now.
    pub remaining: u32,
    /// Seconds until the whole limit is available again or, for a rejected call, until it would be allowed. `None` if
    /// the call costs more than the limit, because waiting never helps.
    pub reset_seconds: Option<u32>,
}

/// The remaining part of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaLeft {
    /// Calls in each period.
    pub limit: u64,
    /// Calls that are possible before the period ends.
    pub remaining: u64,
    /// Seconds until the next period.
    pub reset_seconds: u32,
}

/// The result of charging a call to a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The new state to store: when the whole limit is available again. A rejected call uses nothing.
    pub full_at: i64,
    pub is_allowed: bool,
    pub allowance: Allowance,
}

/// Charges `cost` calls at `now`. A cost above the limit is always rejected. If `full_at` is more than one window
/// ahead, because a clock was set back, the whole limit counts as just used.
pub fn take(rate: RateLimit, full_at: i64, now: Timestamp, cost: u32) -> Taken {
    let now = now.millis().saturating_mul(NANOS / 1000);
    let limit = i64::from(rate.limit.max(1));
    // Rounded up, so that no window ever allows more than the limit.
    let each = (i64::from(rate.window_seconds) * NANOS + limit - 1) / limit;
    let latest = now.saturating_add(each * limit);
    let full_at = full_at.clamp(now, latest);
    let wanted = full_at.saturating_add(each.saturating_mul(i64::from(cost)));
    let is_allowed = wanted <= latest;
    let full_at = if is_allowed { wanted } else { full_at };
    let wait = if is_allowed { full_at - now } else { (wanted - latest).min(each * limit) };
    let allowance = Allowance {
        limit: rate.limit,
        window_seconds: rate.window_seconds,
        remaining: u32::try_from((latest - full_at) / each).unwrap_or(0).min(rate.limit),
        reset_seconds: (i64::from(cost) <= limit)
            .then(|| u32::try_from((wait + NANOS - 1) / NANOS).unwrap_or(u32::MAX)),
    };
    Taken { full_at, is_allowed, allowance }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + millis)
    }

    #[test]
    fn the_whole_limit_may_be_used_at_once_and_comes_back_evenly() {
        let rate = RateLimit { limit: 3, window_seconds: 60 };
        let mut full_at = 0;
        for remaining in [2, 1, 0] {
            let taken = take(rate, full_at, at(0), 1);
            assert_eq!((taken.is_allowed, taken.allowance.limit, taken.allowance.remaining), (true, 3, remaining));
            full_at = taken.full_at;
        }
        let refused = take(rate, full_at, at(0), 1);
        assert_eq!(
            (refused.is_allowed, refused.allowance.remaining, refused.allowance.reset_seconds),
            (false, 0, Some(20))
        );
        assert!(!take(rate, full_at, at(19_999), 1).is_allowed);
        assert_eq!(take(rate, full_at, at(20_000), 1).allowance.remaining, 0);
        assert_eq!(take(rate, full_at, at(60_000), 1).allowance.remaining, 2);
    }

    #[test]
    fn a_cost_counts_as_that_many_calls_and_more_than_the_limit_never_fits() {
        let rate = RateLimit { limit: 10, window_seconds: 1 };
        assert_eq!(take(rate, 0, at(0), 10).allowance.remaining, 0);
        let never = take(rate, 0, at(0), 11);
        assert_eq!((never.is_allowed, never.allowance.reset_seconds), (false, None), "however long one waits");
        assert_eq!(take(rate, 0, at(0), 0).allowance.remaining, 10);
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let rate = RateLimit { limit: 2, window_seconds: 10 };
        let ahead = take(rate, 0, at(3_600_000), 1).full_at;
        let refused = take(rate, ahead, at(0), 1);
        assert!(!refused.is_allowed, "as if all had been used just now");
        assert!(take(rate, refused.full_at, at(5_000), 1).is_allowed);
    }

    proptest! {
        #[test]
        fn no_window_sees_more_than_twice_the_limit(limit in 1u32..50, window in 1u32..100, gaps in prop::collection::vec(0i64..5_000, 1..200)) {
            let rate = RateLimit { limit, window_seconds: window };
            let (mut full_at, mut now, mut allowed) = (0, 0, Vec::new());
            for gap in gaps {
                now += gap;
                let taken = take(rate, full_at, at(now), 1);
                full_at = taken.full_at;
                if taken.is_allowed {
                    allowed.push(now);
                }
            }
            for start in &allowed {
                let inside = allowed.iter().filter(|at| (*start..start + i64::from(window) * 1000).contains(at)).count();
                prop_assert!(inside <= 2 * limit as usize, "{inside} of {limit}");
            }
        }
    }
}
