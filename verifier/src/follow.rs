//! Keeps the snapshot current.
//!
//! Owns the only way in which the snapshot changes: [`Engine::catch_up`] reads the feed and applies each change, by one
//! writer at a time. [`crate::feed_position`] says how long the result may be used.

use crate::{
    Engine, Result, View,
    snapshot::{Snapshot, Writer},
};
use domain::ids::{CredentialId, OrgId, UserId};
use std::{collections::HashSet, sync::Arc};
use store::{Change, StoreError};

const BATCH: u32 = 500;
/// Target type of a change after which everything must be read again.
const EVERYTHING: &str = "credentials";

impl Engine {
    /// Loads the snapshot. Without this call, the first request that needs it loads it. Requests also reload it after
    /// the feed has dropped changes that this node has not read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer.
    pub async fn load(&self) -> Result<()> {
        let mut writer = self.writer.lock().await;
        let asked = self.feed.clock();
        let outcome = self.load_all(&mut writer).await;
        self.feed.mark(asked, &outcome);
        outcome
    }

    /// Applies every new change in the feed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the feed cannot be read.
    pub async fn catch_up(&self) -> Result<()> {
        self.catch_up_to(i64::MAX).await
    }

    /// Like [`Engine::catch_up`], but does nothing if change `seq` is applied already.
    pub(crate) async fn catch_up_to(&self, seq: i64) -> Result<()> {
        if self.feed.seq() >= seq {
            return Ok(());
        }
        let mut writer = self.writer.lock().await;
        if self.feed.seq() >= seq {
            return Ok(());
        }
        let asked = self.feed.clock();
        let outcome = self.take_in(&mut writer).await;
        self.feed.mark(asked, &outcome);
        outcome
    }

    /// Returns the snapshot, and brings it up to date first if necessary.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the feed cannot be read. A stale snapshot is never returned.
    pub async fn view(&self) -> Result<View<'_>> {
        if !self.feed.is_fresh() {
            // Boxed because this future is large and rarely needed, and every verification would carry it.
            Box::pin(self.renew()).await?;
        }
        Ok(View::new(self, self.snapshot.load()))
    }

    /// Reads the feed after a well-formed but unknown token, and returns true if there were changes. On SQLite, another
    /// process such as a command sends no notification of its changes. The feed is read at most once per interval, for
    /// all requests together. On PostgreSQL, this does nothing.
    pub async fn look_again(&self) -> bool {
        let is_mine = self.feed.take_turn_to_look();
        if self.db.is_shared() || !is_mine {
            return false;
        }
        let before = self.feed.seq();
        Box::pin(self.catch_up()).await.is_ok() && self.feed.seq() != before
    }

    async fn renew(&self) -> Result<()> {
        let deaf = || StoreError::Unavailable("the feed of changes cannot be heard".into());
        if self.feed.failed_just_now() {
            return Err(deaf());
        }
        // After a failure, one request tries again. The others fail at once instead of waiting for it.
        let mut writer = match self.feed.is_deaf() {
            true => self.writer.try_lock().map_err(|_| deaf())?,
            false => self.writer.lock().await,
        };
        // The previous holder of the lock may have caught up, or may have failed.
        if self.feed.is_fresh() {
            return Ok(());
        }
        if self.feed.failed_just_now() {
            return Err(deaf());
        }
        let asked = self.feed.clock();
        let outcome = self.take_in(&mut writer).await;
        self.feed.mark(asked, &outcome);
        outcome
    }

    pub(crate) async fn take_in(&self, writer: &mut Writer) -> Result<()> {
        let Some(snapshot) = self.snapshot.load_full() else { return self.load_all(writer).await };
        loop {
            let seq = self.feed.seq();
            let changes = self.db.changes_after(seq, BATCH).await?;
            let Some(last) = changes.last().map(|change| change.seq) else {
                // The feed of a database restored from a backup continues at an earlier number.
                return if self.db.feed_head().await? < seq { self.load_all(writer).await } else { Ok(()) };
            };
            if changes[0].seq != seq + 1 {
                tracing::warn!(seq, next = changes[0].seq, "the feed has forgotten changes; reading everything again");
                return self.load_all(writer).await;
            }
            if changes.iter().any(|change| change.target_type == EVERYTHING) {
                return self.load_all(writer).await;
            }
            self.apply(&snapshot, writer, &changes).await?;
            self.feed.set_seq(last);
        }
    }

    async fn apply(&self, snapshot: &Snapshot, writer: &mut Writer, changes: &[Change]) -> Result<()> {
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
                "signing_key" => self.host.reload_signing_keys().await.map_err(StoreError::Internal)?,
                "user" => {
                    orgs.insert(change.org);
                    people.extend(change.target_id.parse::<UserId>());
                }
                "organization" => {
                    orgs.insert(change.org);
                    self.reload_memberships_of(snapshot, change.org).await?;
                    if snapshot.platform.load().is_none() {
                        self.load_platform(snapshot).await?;
                    }
                }
                "platform" => self.load_platform(snapshot).await?,
                "org_authorization" => drop(authorizing.insert(change.org)),
                _ => drop(orgs.insert(change.org)),
            }
        }
        for user in people {
            self.reload_memberships(snapshot, user).await?;
            // A member who leaves loses their organization authorizations, in this organization and in others.
            orgs.extend(writer.authorizations.by(user));
        }
        orgs.retain(|org| writer.orgs.contains_key(org));
        for org in orgs.union(&authorizing) {
            self.refresh_org(snapshot, writer, *org, apis.contains(org)).await?;
        }
        for (org, id) in credentials {
            let found = self.db.packed_credential(org, id).await?;
            match found.rows() {
                Ok(rows) => {
                    self.take(snapshot, writer, &rows, None).await?;
                    snapshot.refresh_cross_org_tokens(writer, id);
                    if snapshot.has_quota(id) {
                        self.load_quota_uses(snapshot, Some((org, id))).await?;
                    }
                }
                Err(error) => {
                    tracing::error!(credential_id = %id, %error, "a stored credential cannot be read and is refused");
                    snapshot.table.refuse(id);
                }
            }
        }
        if access_tokens {
            self.load_revoked_access_tokens(snapshot).await?;
        }
        self.read_noted_orgs(snapshot, writer).await
    }

    pub(crate) async fn load_revoked_access_tokens(&self, snapshot: &Snapshot) -> Result<()> {
        let revoked = self.db.revoked_access_tokens(self.now()).await?;
        snapshot.revoked_access_tokens.store(Arc::new(revoked.into_iter().collect()));
        Ok(())
    }

    pub(crate) async fn load_platform(&self, snapshot: &Snapshot) -> Result<()> {
        snapshot.platform.store(self.db.platform_org().await?.map(Arc::new));
        Ok(())
    }

    /// Reads an organization, again or for the first time. Its grants are recomputed by [`Engine::renew_grants`], or
    /// earlier if a request needs them. `has_new_apis` says whether to read its APIs too.
    async fn refresh_org(&self, snapshot: &Snapshot, writer: &mut Writer, id: OrgId, has_new_apis: bool) -> Result<()> {
        let before = writer.orgs.get(&id).cloned();
        let org = match &before {
            Some(known) => {
                let catalog = (!has_new_apis).then(|| known.catalog.clone());
                self.read_org(snapshot, writer, id, catalog).await?
            }
            None => self.org_snapshot(snapshot, writer, id).await?,
        };
        writer.slots.mark_stale(id);
        snapshot.set_cross_org_tokens(writer, before.as_deref(), &org);
        Ok(())
    }
}
