//! The other nodes: which of them follow the feed, and which have applied a change.
//!
//! It tells whether a revocation is effective everywhere. A node that has not confirmed a change within the lease has
//! stopped answering. On SQLite there is one node.

use crate::{
    Engine, Result,
    feed_position::{LEASE, POLL},
};
use domain::Timestamp;
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval, sleep, timeout_at},
};

/// How long a silent node still counts as running: longer than the time between two reports of any node.
const SEEN_SECONDS: u32 = 5;
const LOOK: Duration = Duration::from_millis(5);

/// How far a change has spread when the reply is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Propagation {
    /// Nodes that follow the feed, including this one.
    pub nodes: usize,
    /// Nodes that have applied the change. The others apply it, or stop answering, within the lease. 0 if this is not
    /// known.
    pub confirmed: usize,
    /// Milliseconds from the start of the change to this result.
    pub milliseconds: u64,
}

impl Engine {
    /// Applies changes as they come, forever: at once if the database notifies this node, and otherwise at the next
    /// poll.
    pub async fn follow(&self) {
        let news = Notify::new();
        // In parallel, so that polling does not wait while the listener reconnects.
        tokio::join!(self.listen(&news), self.look(&news), self.renew_often());
    }

    async fn renew_often(&self) {
        let mut often = interval(POLL);
        often.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            often.tick().await;
            self.renew_grants().await;
        }
    }

    async fn listen(&self, news: &Notify) {
        loop {
            if let Ok(mut waker) = self.db.feed_waker().await {
                let error = loop {
                    // Also when it has just begun to listen, because there may have been changes before.
                    news.notify_one();
                    if let Err(error) = waker.wait().await {
                        break error;
                    }
                };
                tracing::warn!(%error, "nobody tells of changes for now; looking for them twice a second");
            }
            sleep(POLL).await;
        }
    }

    async fn look(&self, news: &Notify) {
        let mut poll = interval(POLL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = poll.tick() => {}
                () = news.notified() => {}
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

    /// Reports that this node is running, and the last change it has applied.
    ///
    /// # Errors
    /// [`store::StoreError::Unavailable`] if the database does not answer.
    pub async fn report_node(&self) -> Result<()> {
        if !self.db.is_shared() {
            return Ok(());
        }
        let reported = self.report().await;
        if reported.is_err() {
            self.feed.note_silence();
        }
        reported
    }

    async fn report(&self) -> Result<()> {
        // Uses the database's clock, which all nodes share. By a different clock, a running node could look as if it
        // were gone.
        let (now, _) = self.compare_clocks().await?;
        let seq = self.feed.seq();
        self.db.see_node(&self.node, now, seq).await
    }

    /// Removes this node from the list before it stops.
    ///
    /// # Errors
    /// [`store::StoreError::Unavailable`] if the database does not answer.
    pub async fn retire_node(&self) -> Result<()> {
        if self.db.is_shared() { self.db.forget_node(&self.node).await } else { Ok(()) }
    }

    /// Waits until every node has applied the change just committed, at most for the lease. `since` is when the change
    /// began.
    pub async fn propagation(&self, since: Instant) -> Propagation {
        // A node may have read the feed just before the commit, so the lease counts from now.
        let end = tokio::time::Instant::now() + LEASE;
        let (seq, mut seen_since, mut counted) = (self.feed.newest(), None, None);
        loop {
            let looked = timeout_at(end, self.count_nodes(seq, &mut seen_since)).await;
            if let Ok(Ok(known)) = looked {
                counted = Some(known);
            }
            // If this node could not report its position, other running nodes may not have been able to either.
            let is_everywhere =
                counted.is_some_and(|(nodes, confirmed)| nodes == confirmed) && !self.feed.was_silent(SEEN_SECONDS);
            if is_everywhere || tokio::time::Instant::now() >= end {
                // If the nodes cannot be listed, no node counts as confirmed, and only the lease is certain.
                let (nodes, confirmed) = counted.unwrap_or((1, 0));
                let milliseconds = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
                return Propagation { nodes, confirmed, milliseconds };
            }
            sleep(LOOK).await;
        }
    }

    /// Returns the number of nodes, and how many of them have applied the change. `seen_since` is determined on the
    /// first call and kept for the next ones.
    async fn count_nodes(&self, seq: i64, seen_since: &mut Option<Timestamp>) -> Result<(usize, usize)> {
        // Without a snapshot this node answers no request, so it counts as confirmed.
        let own = usize::from(!self.is_loaded() || self.feed.seq() >= seq);
        if !self.db.is_shared() {
            return Ok((1, own));
        }
        let since = match *seen_since {
            Some(since) => since,
            None => *seen_since.insert(self.compare_clocks().await?.0.plus_seconds(-i64::from(SEEN_SECONDS))),
        };
        let nodes = self.db.nodes_seen_since(since).await?;
        let others: Vec<_> = nodes.iter().filter(|(id, _)| *id != self.node).collect();
        let confirmed = others.iter().filter(|(_, heard)| *heard >= seq).count();
        Ok((others.len() + 1, confirmed + own))
    }
}
