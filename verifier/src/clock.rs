//! Compares this node's clock with the database's clock.
//!
//! Owns: the difference between the two, and the largest difference allowed. This node's clock decides whether a
//! credential has ended, so a node with a wrong clock is not ready ([`Engine::ready`]). The database's clock alone
//! decides which nodes exist. On SQLite there is only one clock.

use crate::{Engine, Result};
use domain::{Timestamp, oauth::MAX_SKEW_SECONDS};
use std::sync::atomic::Ordering;

const MAX_OFF_MILLIS: i64 = MAX_SKEW_SECONDS * 1000;

impl Engine {
    /// Returns the database's time, and how many milliseconds this node's clock is ahead of it. The difference is also
    /// stored.
    ///
    /// # Errors
    /// [`store::StoreError::Unavailable`] if the database does not answer.
    pub(crate) async fn compare_clocks(&self) -> Result<(Timestamp, i64)> {
        let before = self.now();
        let there = self.db.clock().await?;
        let after = self.now();
        let Some(there) = there else {
            return Ok((after, 0));
        };
        let ahead = ahead(before, there, after);
        let known = self.clock_ahead.swap(ahead, Ordering::Relaxed);
        match (is_off(known), is_off(ahead)) {
            (false, true) => tracing::error!(
                seconds = ahead / 1000,
                "this node's clock is ahead of the database's; not ready until it is right"
            ),
            (true, false) => tracing::info!("this node's clock is right again"),
            _ => {}
        }
        Ok((there, ahead))
    }
}

/// True if this difference, in milliseconds and in either direction, is larger than allowed.
pub(crate) fn is_off(ahead: i64) -> bool {
    ahead.abs() > MAX_OFF_MILLIS
}

/// How far this clock is ahead of one that was read between two readings of this clock. The time between the two
/// readings does not count as a difference.
fn ahead(before: Timestamp, there: Timestamp, after: Timestamp) -> i64 {
    (before.millis() - there.millis()).max(0) + (after.millis() - there.millis()).min(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_took_long_is_not_taken_for_a_wrong_clock() {
        let ahead = |before, there, after| {
            ahead(Timestamp::from_millis(before), Timestamp::from_millis(there), Timestamp::from_millis(after))
        };
        assert_eq!(ahead(10_000, 10_000, 90_000), 0);
        assert_eq!(ahead(10_000, 90_000, 90_000), 0);
        assert_eq!(ahead(50_000, 10_000, 60_000), 40_000);
        assert_eq!(ahead(10_000, 50_000, 20_000), -30_000);
    }

    #[test]
    fn a_clock_may_be_off_as_far_as_access_tokens_allow_for() {
        assert!(!is_off(30_000) && !is_off(-30_000));
        assert!(is_off(30_001) && is_off(-30_001));
    }
}
