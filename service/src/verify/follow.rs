//! Keeping the memory true.
//!
//! Owns: the position in the feed, one writer at a time, and the lease: how long what is in memory may be relied upon after
//! the feed was last heard. The position is read before anything else is, so a change is taken in twice rather than never.

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

/// How long a node answers after it last heard the feed. Whatever was revoked longer ago is refused by every node.
pub const LEASE: Duration = Duration::from_secs(2);
/// How often a node looks into the feed, whether or not it was woken.
pub const POLL: Duration = Duration::from_millis(500);
/// After a failure nobody waits for the database again for so long.
const PAUSE: Duration = Duration::from_millis(250);
/// How often tokens that are unknown can make a node look into the feed.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const BATCH: u32 = 500;
/// The target of a change after which everything is to be read.
const EVERYTHING: &str = "credentials";

/// Everything that verifying reads.
pub(crate) struct Memory {
    pub(super) state: ArcSwapOption<State>,
    pub(super) writer: Mutex<Writer>,
    started: Instant,
    /// Milliseconds from the start until the feed was last heard.
    heard: AtomicU64,
    /// The same for the last failure to hear it.
    failed: AtomicU64,
    /// The same for the last time that this node could not say what it has taken in.
    silent: AtomicU64,
    /// The same for the last look for a token that is unknown.
    looked: AtomicU64,
    /// The last change that was taken in.
    pub(super) seq: AtomicI64,
    /// A change of this process that must be in memory before anything is answered.
    required: AtomicI64,
}

/// What is known, in one piece, so that all of it can be read again beside the old.
pub(crate) struct State {
    pub(super) table: Table,
    pub(super) terms: boxcar::Vec<ArcSwap<Terms>>,
    /// Organizations as they are now, for terms that were made of an earlier state.
    pub(super) orgs: Shards<OrgId, Arc<OrgTerms>>,
    pub(super) names: Names,
    pub(super) revoked_access_tokens: ArcSwap<HashSet<(OrgId, String)>>,
    pub(super) meters: Meters,
    pub(super) traces: Traces,
    /// Quotas that were used since that was last written down, and whose they are.
    pub(super) quotas_to_write: SegQueue<(Arc<Stored>, OrgId, CredentialId)>,
    pub(super) elsewhere: Elsewhere,
    /// The platform organization; none before there is an organization.
    pub(super) platform: ArcSwapOption<OrgId>,
}

/// What only the writer needs.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) shared: SharedTerms,
    pub(super) orgs: HashMap<OrgId, Arc<OrgTerms>>,
    pub(super) abroad: Authorized,
}

impl Memory {
    /// Nothing yet: it is filled when it is first needed, or by [`Service::load_memory`].
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

    /// Whether anything was ever read.
    pub(crate) fn is_loaded(&self) -> bool {
        self.state.load().is_some()
    }

    /// Milliseconds since the start, at least one.
    fn clock(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// From now on nothing is answered without this change.
    pub(crate) fn require(&self, seq: i64) {
        self.required.fetch_max(seq, Ordering::AcqRel);
    }

    /// Whether what is in memory may be relied upon.
    pub(super) fn is_fresh(&self) -> bool {
        if self.seq.load(Ordering::Acquire) < self.required.load(Ordering::Acquire) {
            return false;
        }
        self.heard_ago().is_some_and(|ago| ago < LEASE)
    }

    /// How long ago the feed was heard.
    pub(super) fn heard_ago(&self) -> Option<Duration> {
        let heard = self.heard.load(Ordering::Acquire);
        (heard != 0).then(|| Duration::from_millis(self.clock().saturating_sub(heard)))
    }

    /// The last change that this process has made or heard of, in memory or not.
    pub(super) fn newest(&self) -> i64 {
        self.seq.load(Ordering::Acquire).max(self.required.load(Ordering::Acquire))
    }

    /// This node could not say what it has taken in.
    pub(super) fn note_silence(&self) {
        self.silent.store(self.clock(), Ordering::Relaxed);
    }

    /// Whether that was within so many seconds.
    pub(super) fn was_silent(&self, seconds: u32) -> bool {
        let silent = self.silent.load(Ordering::Relaxed);
        silent != 0 && self.clock().saturating_sub(silent) < u64::from(seconds) * 1000
    }

    fn failed_just_now(&self) -> bool {
        let failed = self.failed.load(Ordering::Relaxed);
        failed != 0 && u128::from(self.clock().saturating_sub(failed)) < PAUSE.as_millis()
    }

    /// Whether nothing was heard since the last failure.
    fn is_deaf(&self) -> bool {
        self.failed.load(Ordering::Relaxed) > self.heard.load(Ordering::Acquire)
    }

    /// Marks the feed as heard at the moment before it was asked.
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

    /// Whether this is the platform organization.
    pub(super) fn is_platform(&self, org: OrgId) -> bool {
        self.platform.load().as_deref() == Some(&org)
    }

    /// The bytes that its largest parts take.
    pub(super) fn bytes(&self) -> usize {
        self.table.bytes() + self.names.bytes()
    }
}

impl Service {
    /// Fills the memory. Until then, and when the feed has forgotten what this node has not heard yet, it is done by
    /// whoever needs it first.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`].
    pub async fn load_memory(&self) -> Result<()> {
        let memory = &self.inner.memory;
        let mut writer = memory.writer.lock().await;
        let asked = memory.clock();
        let outcome = self.load(&mut writer).await;
        memory.mark(asked, &outcome);
        outcome
    }

    /// Takes in every change that is in the feed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`].
    pub async fn catch_up(&self) -> Result<()> {
        self.catch_up_to(i64::MAX).await
    }

    /// The same, if the change of this number is not in memory yet.
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

    /// What is in memory, if it may be relied upon; it is brought up to date where that is needed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`]: the feed cannot be heard. Never a stale answer.
    pub(crate) async fn fresh(&self) -> Result<arc_swap::Guard<Option<Arc<State>>>> {
        let memory = &self.inner.memory;
        if !memory.is_fresh() {
            // Seldom needed and large: whoever verifies should not carry it.
            Box::pin(self.renew()).await?;
        }
        Ok(memory.state.load())
    }

    /// Whether something new is in memory, for a token that is well-formed and unknown: on SQLite nobody tells of what another
    /// process did, such as a command, so the feed is looked at; not more often than every [`LOOK_AGAIN`], whoever asks.
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
        // One tries again, and nobody else waits for that.
        let mut writer = match memory.is_deaf() {
            true => memory.writer.try_lock().map_err(|_| deaf())?,
            false => memory.writer.lock().await,
        };
        // Whoever held it before may have done it, or have failed.
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
                // A database that was restored from a backup counts from there.
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
                "organisation" => {
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
            // Whoever leaves ends what they have authorised, there and elsewhere.
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

    /// Reads an organization again, or for the first time. Its terms are worked out again when they are next needed, or
    /// by [`Service::renew_terms`], whichever is first. `has_new_apis`: its APIs are to be read, too.
    async fn refresh_org(&self, state: &State, writer: &mut Writer, id: OrgId, has_new_apis: bool) -> Result<()> {
        let before = writer.orgs.get(&id).cloned();
        let org = match &before {
            Some(known) => {
                let catalogue = (!has_new_apis).then(|| known.catalogue.clone());
                self.read_org(state, writer, id, catalogue).await?
            }
            None => self.org_terms(state, writer, id).await?,
        };
        writer.shared.mark_stale(id);
        state.place_abroad(writer, before.as_deref(), &org);
        Ok(())
    }
}
