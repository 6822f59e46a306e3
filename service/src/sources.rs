//! The clock and the random numbers.
//!
//! Only this module reads the time and draws randomness. Other code gets both as values, so tests can move the clock.

use domain::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// The source of the time.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// The machine's clock, moved forward by this number of milliseconds. A test may change it while the server runs.
    Moved(Arc<AtomicI64>),
}

/// The sources of time and randomness.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    clock: Clock,
}

impl Sources {
    /// Uses this clock, and randomness from the operating system.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }

    /// Returns the current time, in milliseconds.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let moved = match &self.clock {
            Clock::System => 0,
            Clock::Moved(by) => by.load(Ordering::Relaxed),
        };
        Timestamp::from_millis(millis.saturating_add(moved))
    }

    /// Fills `bytes` with random bytes from the operating system.
    ///
    /// # Panics
    /// Aborts the process if the system has no randomness, because the server must not create secrets without it.
    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    pub fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            tracing::error!("the operating system gives no random bytes");
            std::process::abort();
        }
    }

    /// Returns ten random bytes, for an id.
    pub fn entropy(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        bytes
    }
}
