//! Verification for callers: who may ask, and what a node offers to the server.
//!
//! The engine itself is the crate [`verifier`], which knows no callers. This module authenticates whoever asks, reads
//! access tokens for the engine, and reports usage. Next: [`Verifying`], which answers one request.

mod host;
mod usage_report;
mod verifying;

pub(crate) use self::host::EngineHost;
pub use self::{
    usage_report::{UsageReport, UsageRequest},
    verifying::{VerifyCall, VerifyRequest, Verifying},
};
pub use verifier::{
    BYTES_PER_SECRET, ForwardRequest, LEASE, NotReady, POLL, Propagation, SharedCounts, Subject, Verified, VerifyHealth,
};

use crate::{Result, use_cases::Node};

/// The engine of this node. Each method does what the engine's method of that name does.
///
/// # Errors
/// All fail with [`crate::ServiceError::Unavailable`] if the database does not answer.
impl Node<'_> {
    /// Loads the snapshot. Without this call, the first request that needs it loads it.
    pub async fn load_snapshot(self) -> Result<()> {
        Ok(self.service.inner.engine.load().await?)
    }

    /// Applies every new change in the feed.
    pub async fn catch_up(self) -> Result<()> {
        Ok(self.service.inner.engine.catch_up().await?)
    }

    /// Applies changes as they come, forever.
    pub async fn follow(self) {
        self.service.inner.engine.follow().await;
    }

    /// Reads the feed after a well-formed but unknown token, and returns true if there were changes.
    pub async fn look_again(self) -> bool {
        self.service.inner.engine.look_again().await
    }

    /// Writes all usage counts. If the database does not answer, they are kept for the next flush.
    pub async fn flush_usage(self) -> Result<()> {
        Ok(self.service.inner.engine.flush().await?)
    }

    /// Like [`Node::flush_usage`], but pauses between batches so that concurrent verification does not slow down.
    pub async fn flush_usage_gently(self) -> Result<()> {
        Ok(self.service.inner.engine.flush_gently().await?)
    }

    /// Reports that this node is running, and the last change it has applied.
    pub async fn report(self) -> Result<()> {
        Ok(self.service.inner.engine.report_node().await?)
    }

    /// Removes this node from the list before it stops.
    pub async fn retire(self) -> Result<()> {
        Ok(self.service.inner.engine.retire_node().await?)
    }

    /// Checks that the database answers, that tokens can be verified, and that the clock is right.
    ///
    /// # Errors
    /// [`NotReady`] with the reason. The node still answers requests that reach it.
    pub async fn ready(self) -> std::result::Result<(), NotReady> {
        self.service.inner.engine.ready().await
    }

    pub fn health(self) -> VerifyHealth {
        self.service.inner.engine.health()
    }

    /// Estimates the bytes that the snapshot needs.
    pub async fn memory_needed(self) -> Result<u64> {
        Ok(self.service.inner.engine.bytes_needed().await?)
    }

    /// Recomputes the grants of changed organizations now instead of when they are needed.
    pub async fn renew_grants(self) {
        self.service.inner.engine.renew_grants().await;
    }

    pub async fn shared_counts(self) -> SharedCounts {
        self.service.inner.engine.shared_counts().await
    }
}
