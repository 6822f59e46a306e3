//! Keeps the snapshot current.
//!
//! Owns: the position in the feed, the single writer, and the lease. The lease limits how long the snapshot may be used
//! after the feed was last read. The position is read before the data, so a change may be applied twice but is never
//! missed.

use super::{
    elsewhere::{Authorized, Elsewhere},
    meters::Meters,
    names::Names,
    shards::Shards,
    shared::SharedTerms,
    table::Table,
    terms::{OrgTerms, Stored, Terms},
    traces::Traces,
};
use crate::{Result, Service, ServiceError};
use arc_swap::{ArcSwap, ArcSwapOption};
use crossbeam_queue::SegQueue;
use domain::ids::{CredentialId, OrgId, UserId};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::Change;
use tokio::sync::Mutex;

/// How long a node answers after it last read the feed. A revocation older than this is effective on every node.
pub const LEASE: Duration = Duration::from_secs(2);
/// How often a node reads the feed, even without a notification.
pub const POLL: Duration = Duration::from_millis(500);
/// For this long after a failed read, requests fail at once instead of waiting for the database.
const PAUSE: Duration = Duration::from_millis(250);
/// Shortest time between two feed reads caused by unknown tokens.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const BATCH: u32 = 500;
/// Target type of a change after which everything must be read again.
const EVERYTHING: &str = "credentials";

/// The snapshot, and how current it is.
pub(crate) struct Memory {
    pub(super) state: ArcSwapOption<State>,
    pub(super) writer: Mutex<Writer>,
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
    pub(super) seq: AtomicI64,
    /// A change made by this process. Until it is applied, nothing is answered.
    required: AtomicI64,
}

/// One complete snapshot. A reload builds a new one beside the one in use.
pub(crate) struct State {
    pub(super) table: Table,
    pub(super) terms: boxcar::Vec<ArcSwap<Terms>>,
    /// The current organizations, for grants that were computed from an earlier state.
    pub(super) orgs: Shards<OrgId, Arc<OrgTerms>>,
    pub(super) names: Names,
    pub(super) revoked_access_tokens: ArcSwap<HashSet<(OrgId, String)>>,
    pub(super) meters: Meters,
    pub(super) traces: Traces,
    /// Quotas with uses that are not in the database yet, with their organization and credential.
    pub(super) quotas_to_write: SegQueue<(Arc<Stored>, OrgId, CredentialId)>,
    pub(super) elsewhere: Elsewhere,
    /// The platform organization; `None` until the first organization exists.
    pub(super) platform: ArcSwapOption<OrgId>,
}

/// Bookkeeping that only the writer needs.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) shared: SharedTerms,
    pub(super) orgs: HashMap<OrgId, Arc<OrgTerms>>,
    pub(super) abroad: Authorized,
}

impl Memory {
    /// Starts without a snapshot. [`Service::load_memory`] or the first request fills it.
    pub(crate) fn empty() -> Self {
        Self {
            state: ArcSwapOption::empty(),
            writer: Mutex::default(),
            started: Instant::now(),
            heard: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            silent: AtomicU64::new(0),
            looked: AtomicU64::new(0),
            seq: AtomicI64::new(-1),
            required: AtomicI64::new(-1),
        }
    }

    pub(crate) fn is_loaded(&self) -> bool {
        self.state.load().is_some()
    }

    /// Milliseconds since `started`. At least 1, because 0 means never.
    fn clock(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// Withholds every answer until this change is applied.
    pub(crate) fn require(&self, seq: i64) {
        self.required.fetch_max(seq, Ordering::AcqRel);
    }

    /// True if the snapshot may be used: the lease has not ended, and every change of this process is applied.
    pub(super) fn is_fresh(&self) -> bool {
        if self.seq.load(Ordering::Acquire) < self.required.load(Ordering::Acquire) {
            return false;
        }
        self.heard_ago().is_some_and(|ago| ago < LEASE)
    }

    /// Time since the feed was last read; `None` if it never was.
    pub(super) fn heard_ago(&self) -> Option<Duration> {
        let heard = self.heard.load(Ordering::Acquire);
        (heard != 0).then(|| Duration::from_millis(self.clock().saturating_sub(heard)))
    }

    /// The last change that this process has made or read, whether or not it is applied.
    pub(super) fn newest(&self) -> i64 {
        self.seq.load(Ordering::Acquire).max(self.required.load(Ordering::Acquire))
    }

    /// Records that this node could not report its feed position.
    pub(super) fn note_silence(&self) {
        self.silent.store(self.clock(), Ordering::Relaxed);
    }

    /// True if this node could not report its feed position within the last `seconds`.
    pub(super) fn was_silent(&self, seconds: u32) -> bool {
        let silent = self.silent.load(Ordering::Relaxed);
        silent != 0 && self.clock().saturating_sub(silent) < u64::from(seconds) * 1000
    }

    fn failed_just_now(&self) -> bool {
        let failed = self.failed.load(Ordering::Relaxed);
        failed != 0 && u128::from(self.clock().saturating_sub(failed)) < PAUSE.as_millis()
    }

    /// True if the last feed read failed.
    fn is_deaf(&self) -> bool {
        self.failed.load(Ordering::Relaxed) > self.heard.load(Ordering::Acquire)
    }

    /// Records the result of a feed read. A success counts from `asked`, the moment before the read.
    fn mark(&self, asked: u64, outcome: &Result<()>) {
        match outcome {
            Ok(()) => self.heard.fetch_max(asked, Ordering::AcqRel),
            Err(_) => self.failed.swap(self.clock(), Ordering::Relaxed),
        };
    }
}

impl State {
    pub(super) fn with_room_for(entries: usize) -> Self {
        Self {
            table: Table::with_room_for(entries),
            terms: boxcar::Vec::new(),
            orgs: Shards::default(),
            names: Names::default(),
            revoked_access_tokens: ArcSwap::default(),
            meters: Meters::default(),
            traces: Traces::default(),
            quotas_to_write: SegQueue::new(),
            elsewhere: Elsewhere::default(),
            platform: ArcSwapOption::empty(),
        }
    }

    pub(super) fn is_platform(&self, org: OrgId) -> bool {
        self.platform.load().as_deref() == Some(&org)
    }

    /// Bytes used by the table and the names, its largest parts.
    pub(super) fn bytes(&self) -> usize {
        self.table.bytes() + self.names.bytes()
    }
}

impl Service {
    /// Loads the snapshot. Without this call, the first request that needs it loads it. Requests also reload it after
    /// the feed has dropped changes that this node has not read.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if the database does not answer.
    pub async fn load_memory(&self) -> Result<()> {
        let memory = &self.inner.memory;
        let mut writer = memory.writer.lock().await;
        let asked = memory.clock();
        let outcome = self.load(&mut writer).await;
        memory.mark(asked, &outcome);
        outcome
    }

    /// Applies every new change in the feed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if the feed cannot be read.
    pub async fn catch_up(&self) -> Result<()> {
        self.catch_up_to(i64::MAX).await
    }

    /// Like [`Service::catch_up`], but does nothing if change `seq` is applied already.
    pub(crate) async fn catch_up_to(&self, seq: i64) -> Result<()> {
        let memory = &self.inner.memory;
        if memory.seq.load(Ordering::Acquire) >= seq {
            return Ok(());
        }
        let mut writer = memory.writer.lock().await;
        if memory.seq.load(Ordering::Acquire) >= seq {
            return Ok(());
        }
        let asked = memory.clock();
        let outcome = self.take_in(&mut writer).await;
        memory.mark(asked, &outcome);
        outcome
    }

    /// Returns the snapshot, and brings it up to date first if necessary.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if the feed cannot be read. A stale snapshot is never returned.
    pub(crate) async fn fresh(&self) -> Result<arc_swap::Guard<Option<Arc<State>>>> {
        let memory = &self.inner.memory;
        if !memory.is_fresh() {
            // Boxed because this future is large and rarely needed, and every verification would carry it.
            Box::pin(self.renew()).await?;
        }
        Ok(memory.state.load())
    }

    /// Reads the feed after a well-formed but unknown token, and returns true if there were changes. On SQLite, another
    /// process such as a command sends no notification of its changes. The feed is read at most once per
    /// [`LOOK_AGAIN`], for all requests together. On PostgreSQL, this does nothing.
    pub async fn look_again(&self) -> bool {
        let memory = &self.inner.memory;
        let (looked, now) = (memory.looked.load(Ordering::Relaxed), memory.clock());
        let is_due = u128::from(now.saturating_sub(looked)) >= LOOK_AGAIN.as_millis();
        let is_mine =
            is_due && memory.looked.compare_exchange(looked, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if self.inner.db.is_shared() || !is_mine {
            return false;
        }
        let before = memory.seq.load(Ordering::Acquire);
        Box::pin(self.catch_up()).await.is_ok() && memory.seq.load(Ordering::Acquire) != before
    }

    async fn renew(&self) -> Result<()> {
        let memory = &self.inner.memory;
        let deaf = || ServiceError::Unavailable("the feed of changes cannot be heard".into());
        if memory.failed_just_now() {
            return Err(deaf());
        }
        // After a failure, one request tries again. The others fail at once instead of waiting for it.
        let mut writer = match memory.is_deaf() {
            true => memory.writer.try_lock().map_err(|_| deaf())?,
            false => memory.writer.lock().await,
        };
        // The previous holder of the lock may have caught up, or may have failed.
        if memory.is_fresh() {
            return Ok(());
        }
        if memory.failed_just_now() {
            return Err(deaf());
        }
        let asked = memory.clock();
        let outcome = self.take_in(&mut writer).await;
        memory.mark(asked, &outcome);
        outcome
    }

    async fn take_in(&self, writer: &mut Writer) -> Result<()> {
        let memory = &self.inner.memory;
        let Some(state) = memory.state.load_full() else { return self.load(writer).await };
        loop {
            let seq = memory.seq.load(Ordering::Acquire);
            let changes = self.inner.db.changes_after(seq, BATCH).await?;
            let Some(last) = changes.last().map(|change| change.seq) else {
                // The feed of a database restored from a backup continues at an earlier number.
                return if self.inner.db.feed_head().await? < seq { self.load(writer).await } else { Ok(()) };
            };
            if changes[0].seq != seq + 1 {
                tracing::warn!(seq, next = changes[0].seq, "the feed has forgotten changes; reading everything again");
                return self.load(writer).await;
            }
            if changes.iter().any(|change| change.target_type == EVERYTHING) {
                return self.load(writer).await;
            }
            self.apply(&state, writer, &changes).await?;
            memory.seq.store(last, Ordering::Release);
        }
    }

    async fn apply(&self, state: &State, writer: &mut Writer, changes: &[Change]) -> Result<()> {
        let (mut credentials, mut orgs, mut access_tokens) = (HashSet::new(), HashSet::new(), false);
        let (mut people, mut authorizing, mut apis) = (HashSet::new(), HashSet::new(), HashSet::new());
        for change in changes {
            match change.target_type.as_str() {
                "credential" => match change.target_id.parse::<CredentialId>() {
                    Ok(id) => drop(credentials.insert((change.org, id))),
                    Err(_) => tracing::error!(seq = change.seq, "the feed names a credential that cannot be one"),
                },
                "access_token" => access_tokens = true,
                "api" => {
                    orgs.insert(change.org);
                    apis.insert(change.org);
                }
                "signing_key" => {
                    let keys = &self.inner.signing_keys;
                    keys.reload(&self.inner.db, self.now()).await.map_err(ServiceError::internal)?;
                }
                "user" => {
                    orgs.insert(change.org);
                    people.extend(change.target_id.parse::<UserId>());
                }
                "organization" => {
                    orgs.insert(change.org);
                    self.meet_founders(state, change.org).await?;
                    if state.platform.load().is_none() {
                        self.load_platform(state).await?;
                    }
                }
                "platform" => self.load_platform(state).await?,
                "org_authorization" => drop(authorizing.insert(change.org)),
                _ => drop(orgs.insert(change.org)),
            }
        }
        for user in people {
            self.meet_again(state, user).await?;
            // A member who leaves loses their organization authorizations, in this organization and in others.
            orgs.extend(writer.abroad.by(user));
        }
        orgs.retain(|org| writer.orgs.contains_key(org));
        for org in orgs.union(&authorizing) {
            self.refresh_org(state, writer, *org, apis.contains(org)).await?;
        }
        for (org, id) in credentials {
            let found = self.inner.db.resident(org, id).await?;
            match found.rows() {
                Ok(rows) => {
                    self.take(state, writer, &rows, None).await?;
                    state.place_again(writer, id);
                    if state.has_quota(id) {
                        self.load_quota_uses(state, Some((org, id))).await?;
                    }
                }
                Err(error) => {
                    tracing::error!(credential_id = %id, %error, "a stored credential cannot be read and is refused");
                    state.table.refuse(id);
                }
            }
        }
        if access_tokens {
            self.load_revoked_access_tokens(state).await?;
        }
        self.read_abroad(state, writer).await
    }

    pub(super) async fn load_revoked_access_tokens(&self, state: &State) -> Result<()> {
        let revoked = self.inner.db.revoked_access_tokens(self.now()).await?;
        state.revoked_access_tokens.store(Arc::new(revoked.into_iter().collect()));
        Ok(())
    }

    pub(super) async fn load_platform(&self, state: &State) -> Result<()> {
        state.platform.store(self.inner.db.platform_org().await?.map(Arc::new));
        Ok(())
    }

    /// Reads an organization, again or for the first time. Its grants are recomputed by [`Service::renew_terms`], or
    /// earlier if a request needs them. `has_new_apis` says whether to read its APIs too.
    async fn refresh_org(&self, state: &State, writer: &mut Writer, id: OrgId, has_new_apis: bool) -> Result<()> {
        let before = writer.orgs.get(&id).cloned();
        let org = match &before {
            Some(known) => {
                let catalog = (!has_new_apis).then(|| known.catalog.clone());
                self.read_org(state, writer, id, catalog).await?
            }
            None => self.org_terms(state, writer, id).await?,
        };
        writer.shared.mark_stale(id);
        state.place_abroad(writer, before.as_deref(), &org);
        Ok(())
    }
}
