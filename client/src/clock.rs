//! The time, of which there are two: what the calendar says, and how long something takes.
//!
//! Owns: the only calls that read either. Tokens are dated by the calendar; how old a remembered answer is, is measured by a
//! clock that nobody can put back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The machine's clocks. Clones share what [`Clock::advance`] added.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    ahead_millis: Arc<AtomicU64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { started: Instant::now(), ahead_millis: Arc::default() }
    }
}

impl Clock {
    /// Moves this clock and its clones forwards. For tests: nothing in the crate calls it.
    pub fn advance(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_millis.fetch_add(millis, Ordering::Relaxed);
    }

    /// Seconds since 1970, as tokens count them.
    #[expect(clippy::disallowed_methods, reason = "the one place of this crate that reads the calendar")]
    pub(crate) fn unix_seconds(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (since + self.ahead()).as_secs()
    }

    /// Time since this clock was made; never goes back.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed() + self.ahead()
    }

    fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead_millis.load(Ordering::Relaxed))
    }
}
