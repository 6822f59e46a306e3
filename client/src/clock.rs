//! The two kinds of time: calendar time and elapsed time.
//!
//! Owns: the only calls of this crate that read either. Tokens carry calendar time. The age of a remembered answer is
//! measured with a clock that cannot be set back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The machine's clocks. Clones share the offset added by [`Clock::advance`].
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
    /// Moves this clock and its clones forward, for tests. Nothing in this crate calls it.
    pub fn advance(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_millis.fetch_add(millis, Ordering::Relaxed);
    }

    /// Seconds since 1970, as in tokens.
    #[expect(clippy::disallowed_methods, reason = "the one place of this crate that reads the calendar")]
    pub(crate) fn unix_seconds(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (since + self.ahead()).as_secs()
    }

    /// Time since this clock was created. It never goes back.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed() + self.ahead()
    }

    fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead_millis.load(Ordering::Relaxed))
    }
}
