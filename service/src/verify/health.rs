//! What an operator may want to know of verification, for metrics, proxies and at start.

use super::{clock::is_off, follow::State};
use crate::{Result, Service, ServiceError};
use domain::verify::Verdict;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one secret takes in memory, in bytes, with its place in both indexes and a name of usual length; as measured, see
/// `bench/results.md`.
pub const BYTES_PER_SECRET: u64 = 100;

/// Verdicts since the start, by their place in [`Verdict::ALL`].
#[derive(Default)]
pub(crate) struct Totals([AtomicU64; Verdict::ALL.len()]);

impl Totals {
    pub(super) fn add(&self, verdict: Verdict, count: u64) {
        self.0[verdict.index()].fetch_add(count, Ordering::Relaxed);
    }
}

/// A glance at verification.
#[derive(Clone, Debug)]
pub struct VerifyHealth {
    /// Secrets in memory.
    pub secrets: usize,
    /// The bytes that the largest parts of the memory take.
    pub bytes: usize,
    /// The last change of the feed that was taken in.
    pub seq: i64,
    /// Seconds since the feed was last heard; none before it ever was.
    pub heard_seconds_ago: Option<f64>,
    /// Whether verification answers.
    pub is_fresh: bool,
    /// How many milliseconds this node's clock is ahead of the database's; behind it when negative.
    pub clock_ahead_millis: i64,
    /// How often each verdict was given since the start; what was counted since usage was last written may be missing.
    pub verdicts: Vec<(Verdict, u64)>,
}

/// Why requests should go to other nodes.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// Nothing can be said about any credential.
    #[error(transparent)]
    Unavailable(#[from] ServiceError),
    /// What has ended would be taken for good, or the other way round.
    #[error("the clock of this node is {seconds} s ahead of the database's")]
    ClockOff {
        /// How far it is ahead; behind when negative.
        seconds: i64,
    },
}

impl Service {
    /// Whether the database answers, tokens can be verified, and the clock is right.
    ///
    /// # Errors
    /// Why not. The node goes on answering whoever asks it all the same.
    pub async fn ready(&self) -> std::result::Result<(), NotReady> {
        self.inner.db.ping().await.map_err(ServiceError::from)?;
        let (_, ahead) = self.compare_clocks().await?;
        self.verifying().await?;
        if is_off(ahead) { Err(NotReady::ClockOff { seconds: ahead / 1000 }) } else { Ok(()) }
    }

    /// A glance at verification.
    pub fn verify_health(&self) -> VerifyHealth {
        let (memory, totals) = (&self.inner.memory, &self.inner.totals);
        let state = memory.state.load();
        let of_state = |of: fn(&State) -> usize| state.as_deref().map_or(0, of);
        VerifyHealth {
            secrets: of_state(|state| state.table.len()),
            bytes: of_state(State::bytes),
            seq: memory.seq.load(Ordering::Acquire),
            heard_seconds_ago: memory.heard_ago().map(|ago| ago.as_secs_f64()),
            is_fresh: memory.is_fresh(),
            clock_ahead_millis: self.inner.clock_ahead.load(Ordering::Relaxed),
            verdicts: Verdict::ALL
                .into_iter()
                .map(|verdict| (verdict, totals.0[verdict.index()].load(Ordering::Relaxed)))
                .collect(),
        }
    }

    /// About how many bytes the memory will take.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`].
    pub async fn memory_needed(&self) -> Result<u64> {
        Ok(self.inner.db.count_residents().await?.saturating_mul(BYTES_PER_SECRET))
    }
}
