//! The other nodes: who follows the feed, and who has taken in a change.
//!
//! Owns: the answer to "is it refused everywhere now?". A node that has not confirmed within the lease has stopped
//! answering. On SQLite there is one node.

use super::follow::{LEASE, POLL};
use crate::{Result, Service};
use serde::Serialize;
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use store::{FeedWaker, StoreError};
use tokio::time::{MissedTickBehavior, interval};

/// How long a node that said nothing is still waited for: longer than any node takes between two words.
const SEEN_SECONDS: i64 = 5;
const LOOK: Duration = Duration::from_millis(5);

/// How far a change has come when the reply leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Propagation {
    /// Nodes that follow, this one among them.
    pub nodes: usize,
    /// Of these, the ones that have taken it in. The others take it in, or stop answering, within the lease.
    pub confirmed: usize,
    /// How long it took.
    pub milliseconds: u64,
}

impl Service {
    /// Takes in changes as they come, for ever: at once where the database tells of them, and otherwise soon.
    pub async fn follow(&self) {
        let mut poll = interval(POLL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut waker = None;
        loop {
            if waker.is_none() {
                waker = self.inner.db.feed_waker().await.ok();
            }
            tokio::select! {
                _ = poll.tick() => {}
                woken = wake(&mut waker) => {
                    if let Err(error) = woken {
                        tracing::warn!(%error, "nobody tells of changes for now; looking for them twice a second");
                        waker = None;
                    }
                }
            }
            let heard = match self.catch_up().await {
                Ok(()) => self.report_node().await,
                heard => heard,
            };
            if let Err(error) = heard {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the feed of changes cannot be heard or confirmed");
            }
        }
    }

    /// Says that this node lives and what it has taken in.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`].
    pub async fn report_node(&self) -> Result<()> {
        let inner = &self.inner;
        if !inner.db.is_shared() {
            return Ok(());
        }
        let seq = inner.memory.seq.load(Ordering::Acquire);
        Ok(inner.db.see_node(&inner.node, self.now(), seq).await?)
    }

    /// Takes this node off the list before it stops.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`].
    pub async fn retire_node(&self) -> Result<()> {
        if self.inner.db.is_shared() { Ok(self.inner.db.forget_node(&self.inner.node).await?) } else { Ok(()) }
    }

    /// Waits until every node has taken in what this one has, at most for the lease.
    pub(crate) async fn propagation(&self, since: Instant) -> Propagation {
        let seq = self.inner.memory.seq.load(Ordering::Acquire);
        loop {
            // While nobody can say who else there is, only the lease is certain.
            let counted = self.count_nodes(seq).await.ok();
            let (nodes, confirmed) = counted.unwrap_or((1, 1));
            let waited = since.elapsed();
            if (counted.is_some() && nodes == confirmed) || waited >= LEASE {
                let milliseconds = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
                return Propagation { nodes, confirmed, milliseconds };
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// How many nodes there are, and how many of them have taken in the change.
    async fn count_nodes(&self, seq: i64) -> Result<(usize, usize)> {
        let inner = &self.inner;
        if !inner.db.is_shared() {
            return Ok((1, 1));
        }
        let nodes = inner.db.nodes_seen_since(self.now().plus_seconds(-SEEN_SECONDS)).await?;
        let others: Vec<_> = nodes.iter().filter(|(id, _)| *id != inner.node).collect();
        let confirmed = others.iter().filter(|(_, heard)| *heard >= seq).count();
        Ok((others.len() + 1, confirmed + 1))
    }
}

async fn wake(waker: &mut Option<FeedWaker>) -> std::result::Result<(), StoreError> {
    match waker {
        Some(waker) => waker.wait().await,
        None => std::future::pending().await,
    }
}
