//! The engine of one node: its snapshot, its position in the feed, its counters and its identity.
//!
//! Owns what every verification shares. It knows no use cases: no permits, no audit events, no callers. The program
//! around it lends the clock, the randomness and the signing keys (see [`Host`]). Start at [`crate::View`].

use crate::{
    feed_position::FeedPosition,
    health::Totals,
    snapshot::{Snapshot, Writer},
};
use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use domain::{
    Timestamp,
    ids::RequestId,
    secret::{Brand, Pepper},
};
use std::{
    error::Error,
    sync::{Arc, Mutex, atomic::AtomicI64},
};
use store::Db;

/// What the engine needs of the program around it. No verification calls it.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// The time, as every use case sees it.
    fn now(&self) -> Timestamp;

    /// Ten random bytes, for an id.
    fn entropy(&self) -> [u8; 10];

    /// Reads the signing keys again, because another node has changed them.
    ///
    /// # Errors
    /// The reason why they cannot be read. The change then stays unread, and this node soon stops answering.
    async fn reload_signing_keys(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>>;
}

/// The parts of a new engine.
pub struct EngineParts {
    pub db: Db,
    /// The first word of every secret.
    pub brand: Brand,
    /// The keys of the verifiers, newest first.
    pub peppers: Arc<[Pepper]>,
    /// The audience of access tokens for Mintmark's own API.
    pub management_audience: String,
    pub host: Box<dyn Host>,
}

/// The verification engine of one node.
pub struct Engine {
    pub(crate) db: Db,
    pub(crate) brand: Brand,
    pub(crate) peppers: Arc<[Pepper]>,
    pub(crate) management_audience: String,
    pub(crate) host: Box<dyn Host>,
    pub(crate) snapshot: ArcSwapOption<Snapshot>,
    /// Held while the snapshot is changed.
    pub(crate) writer: tokio::sync::Mutex<Writer>,
    pub(crate) feed: FeedPosition,
    pub(crate) totals: Totals,
    /// Earlier snapshots, kept until their last counts are written.
    pub(crate) former: Mutex<Vec<Arc<Snapshot>>>,
    /// Held while the meters are read.
    pub(crate) flushing: tokio::sync::Mutex<()>,
    /// The name of this process among the nodes of the database.
    pub(crate) node: String,
    /// Milliseconds by which this node's clock was ahead of the database's at the last comparison.
    pub(crate) clock_ahead: AtomicI64,
}

impl Engine {
    /// Starts without a snapshot. [`Engine::load`] or the first request fills it.
    pub fn new(parts: EngineParts) -> Self {
        let EngineParts { db, brand, peppers, management_audience, host } = parts;
        let node = RequestId::new(host.now(), host.entropy()).to_string().replace("req_", "node_");
        Self {
            db,
            brand,
            peppers,
            management_audience,
            host,
            snapshot: ArcSwapOption::empty(),
            writer: tokio::sync::Mutex::default(),
            feed: FeedPosition::unread(),
            totals: Totals::default(),
            former: Mutex::default(),
            flushing: tokio::sync::Mutex::default(),
            node,
            clock_ahead: AtomicI64::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.host.now()
    }

    pub(crate) fn is_loaded(&self) -> bool {
        self.snapshot.load().is_some()
    }

    /// Applies a change that this process has just committed. If that fails, nothing is answered until it succeeds.
    pub async fn apply_own(&self, seq: i64) {
        // A command that never verifies has no snapshot. A snapshot that is loaded later must contain this change.
        if !self.is_loaded() {
            return self.feed.require(seq);
        }
        if let Err(error) = self.catch_up_to(seq).await {
            self.feed.require(seq);
            tracing::warn!(%error, "a change is committed and not in memory; verification waits for it");
        }
    }
}
