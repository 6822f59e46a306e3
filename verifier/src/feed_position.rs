//! This node's position in the feed, and the lease.
//!
//! The lease limits how long the snapshot may be used after the feed was last read. The position never runs ahead of
//! the snapshot: it is read before the data, so a change may be applied twice but is never missed.

use crate::Result;
use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How long a node answers after it last read the feed. A revocation older than this is effective on every node.
pub const LEASE: Duration = Duration::from_secs(2);
/// How often a node reads the feed, even without a notification.
pub const POLL: Duration = Duration::from_millis(500);
/// For this long after a failed read, requests fail at once instead of waiting for the database.
const PAUSE: Duration = Duration::from_millis(250);
/// Shortest time between two feed reads caused by unknown tokens.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The last change in the snapshot, and how current that is.
pub(crate) struct FeedPosition {
    started: Instant,
    /// Milliseconds from `started` to the last successful feed read; 0 if there was none.
    heard: AtomicU64,
    /// Milliseconds from `started` to the last failed feed read; 0 if there was none.
    failed: AtomicU64,
    /// Milliseconds from `started` to the last time this node could not report its feed position; 0 if there was none.
    silent: AtomicU64,
    /// Milliseconds from `started` to the last feed read caused by an unknown token.
    looked: AtomicU64,
    /// The last change applied to the snapshot.
    seq: AtomicI64,
    /// A change made by this process. Until it is applied, nothing is answered.
    required: AtomicI64,
}

impl FeedPosition {
    pub(crate) fn unread() -> Self {
        Self {
            started: Instant::now(),
            heard: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            silent: AtomicU64::new(0),
            looked: AtomicU64::new(0),
            seq: AtomicI64::new(-1),
            required: AtomicI64::new(-1),
        }
    }

    /// The last change applied to the snapshot; -1 if there is none.
    pub(crate) fn seq(&self) -> i64 {
        self.seq.load(Ordering::Acquire)
    }

    pub(crate) fn set_seq(&self, seq: i64) {
        self.seq.store(seq, Ordering::Release);
    }

    /// Milliseconds since `started`. At least 1, because 0 means never.
    pub(crate) fn clock(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// Withholds every answer until this change is applied.
    pub(crate) fn require(&self, seq: i64) {
        self.required.fetch_max(seq, Ordering::AcqRel);
    }

    /// True if the snapshot may be used: the lease has not ended, and every change of this process is applied.
    pub(crate) fn is_fresh(&self) -> bool {
        if self.seq() < self.required.load(Ordering::Acquire) {
            return false;
        }
        self.heard_ago().is_some_and(|ago| ago < LEASE)
    }

    /// Time since the feed was last read; `None` if it never was.
    pub(crate) fn heard_ago(&self) -> Option<Duration> {
        let heard = self.heard.load(Ordering::Acquire);
        (heard != 0).then(|| Duration::from_millis(self.clock().saturating_sub(heard)))
    }

    /// The last change that this process has made or read, whether or not it is applied.
    pub(crate) fn newest(&self) -> i64 {
        self.seq().max(self.required.load(Ordering::Acquire))
    }

    /// Records that this node could not report its feed position.
    pub(crate) fn note_silence(&self) {
        self.silent.store(self.clock(), Ordering::Relaxed);
    }

    /// True if this node could not report its feed position within the last `seconds`.
    pub(crate) fn was_silent(&self, seconds: u32) -> bool {
        let silent = self.silent.load(Ordering::Relaxed);
        silent != 0 && self.clock().saturating_sub(silent) < u64::from(seconds) * 1000
    }

    pub(crate) fn failed_just_now(&self) -> bool {
        let failed = self.failed.load(Ordering::Relaxed);
        failed != 0 && u128::from(self.clock().saturating_sub(failed)) < PAUSE.as_millis()
    }

    /// True if the last feed read failed.
    pub(crate) fn is_deaf(&self) -> bool {
        self.failed.load(Ordering::Relaxed) > self.heard.load(Ordering::Acquire)
    }

    /// True for one caller per [`LOOK_AGAIN`], who may then read the feed because of an unknown token.
    pub(crate) fn take_turn_to_look(&self) -> bool {
        let (looked, now) = (self.looked.load(Ordering::Relaxed), self.clock());
        let is_due = u128::from(now.saturating_sub(looked)) >= LOOK_AGAIN.as_millis();
        is_due && self.looked.compare_exchange(looked, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Records the result of a feed read. A success counts from `asked`, the moment before the read.
    pub(crate) fn mark(&self, asked: u64, outcome: &Result<()>) {
        match outcome {
            Ok(()) => self.heard.fetch_max(asked, Ordering::AcqRel),
            Err(_) => self.failed.swap(self.clock(), Ordering::Relaxed),
        };
    }
}
