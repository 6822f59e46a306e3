//! The state of verification for operators: metrics, readiness and the log at startup.

use crate::{Engine, Result, clock::is_off, snapshot::Snapshot};
use domain::verify::Verdict;
use std::sync::atomic::{AtomicU64, Ordering};
use store::StoreError;

/// Bytes of memory per secret, including both indexes and a name of usual length. Measured; see `bench/results.md`.
pub const BYTES_PER_SECRET: u64 = 100;

/// Number of verdicts since the start, in the order of [`Verdict::ALL`].
#[derive(Default)]
pub(crate) struct Totals([AtomicU64; Verdict::ALL.len()]);

impl Totals {
    pub(crate) fn add(&self, verdict: Verdict, count: u64) {
        self.0[verdict.index()].fetch_add(count, Ordering::Relaxed);
    }
}

/// The state of verification at one moment.
#[derive(Clone, Debug)]
pub struct VerifyHealth {
    /// Secrets in the snapshot.
    pub secrets: usize,
    /// Bytes used by the largest parts of the snapshot.
    pub bytes: usize,
    /// The last change applied to the snapshot.
    pub seq: i64,
    /// Seconds since the feed was last read; `None` if it never was.
    pub heard_seconds_ago: Option<f64>,
    /// Whether verification can answer.
    pub is_fresh: bool,
    /// Milliseconds that this node's clock is ahead of the database's; negative if it is behind.
    pub clock_ahead_millis: i64,
    /// Number of times each verdict was given since the start. May lack calls since the last usage flush.
    pub verdicts: Vec<(Verdict, u64)>,
}

/// Why requests should be sent to other nodes.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// No credential can be verified.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
    /// The node may accept credentials that have expired, or reject credentials that have not.
    #[error("the clock of this node is {} s {} the database's", .seconds.abs(), side(*.seconds))]
    ClockOff {
        /// Seconds that the clock is ahead; negative if it is behind.
        seconds: i64,
    },
}

fn side(seconds_ahead: i64) -> &'static str {
    if seconds_ahead < 0 { "behind" } else { "ahead of" }
}

impl Engine {
    /// Checks that the database answers, that tokens can be verified, and that the clock is right.
    ///
    /// # Errors
    /// [`NotReady`] with the reason. The node still answers requests that reach it.
    pub async fn ready(&self) -> std::result::Result<(), NotReady> {
        self.db.ping().await?;
        let (_, ahead) = self.compare_clocks().await?;
        self.view().await?;
        if is_off(ahead) { Err(NotReady::ClockOff { seconds: ahead / 1000 }) } else { Ok(()) }
    }

    pub fn health(&self) -> VerifyHealth {
        let snapshot = self.snapshot.load();
        let of_snapshot = |of: fn(&Snapshot) -> usize| snapshot.as_deref().map_or(0, of);
        VerifyHealth {
            secrets: of_snapshot(|snapshot| snapshot.table.len()),
            bytes: of_snapshot(Snapshot::bytes),
            seq: self.feed.seq(),
            heard_seconds_ago: self.feed.heard_ago().map(|ago| ago.as_secs_f64()),
            is_fresh: self.feed.is_fresh(),
            clock_ahead_millis: self.clock_ahead.load(Ordering::Relaxed),
            verdicts: Verdict::ALL
                .into_iter()
                .map(|verdict| (verdict, self.totals.0[verdict.index()].load(Ordering::Relaxed)))
                .collect(),
        }
    }

    /// Estimates the bytes that the snapshot needs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer.
    pub async fn bytes_needed(&self) -> Result<u64> {
        Ok(self.db.count_secrets().await?.saturating_mul(BYTES_PER_SECRET))
    }
}
