//! Reads stored credentials into the snapshot: all of them at startup, and single ones after a change.
//!
//! It turns rows into entries, and stores equal grants and names once. A full load builds a new snapshot beside the one
//! in use, and replaces it when the new one is complete.

use crate::{
    Engine, Result,
    build_entry::build_entry,
    effective_grant::EffectiveGrant,
    grant_slots::GrantKey,
    names::Names,
    org_snapshot::OrgSnapshot,
    snapshot::{Snapshot, Writer},
    stored_grant::StoredGrant,
};
use domain::{
    ids::{CredentialId, OrgId},
    operation::{Catalog, management_api},
};
use std::{collections::HashMap, error::Error, sync::Arc};
use store::{CredentialRow, Db, SharedFields, StoreError};
use tokio::sync::mpsc;

/// Credentials between two progress lines in the log.
const PROGRESS: usize = 1_000_000;
/// Credentials per page. At most [`PAGES`] pages wait to be processed.
const PAGE: u32 = 1_000;
const PAGES: usize = 4;
/// Names remembered during a full load, so that equal names are stored once.
const MAX_NAMES: usize = 10_000;

impl Engine {
    /// Reads everything into a new snapshot, and puts it into use once it is complete.
    pub(crate) async fn load_all(&self, writer: &mut Writer) -> Result<()> {
        let db = &self.db;
        let seq = db.feed_head().await?;
        let count = usize::try_from(db.count_secrets().await?).unwrap_or(0);
        let snapshot = Arc::new(Snapshot::with_room_for(count));
        let mut fresh = Writer::default();
        self.load_revoked_access_tokens(&snapshot).await?;
        self.load_platform(&snapshot).await?;
        self.load_credentials(db, &snapshot, &mut fresh).await?;
        self.read_noted_orgs(&snapshot, &mut fresh).await?;
        self.load_quota_uses(&snapshot, None).await?;
        if count >= PROGRESS {
            let mebibytes = snapshot.bytes() / (1024 * 1024);
            tracing::info!(secrets = snapshot.table.len(), mebibytes, "every credential is in memory");
        }
        *writer = fresh;
        let before = self.snapshot.swap(Some(snapshot));
        self.feed.set_seq(seq);
        if let Some(before) = before {
            self.keep_counts_of(before);
        }
        Ok(())
    }

    async fn load_credentials(&self, db: &Db, snapshot: &Snapshot, writer: &mut Writer) -> Result<()> {
        let (to, mut inbox) = mpsc::channel(PAGES);
        let reading = tokio::spawn(db.clone().send_credentials(PAGE, to));
        let (mut names, mut told) = (HashMap::new(), 0);
        while let Some(page) = inbox.recv().await {
            self.take(snapshot, writer, &page.rows()?, Some(&mut names)).await?;
            if snapshot.table.len() / PROGRESS > told {
                told = snapshot.table.len() / PROGRESS;
                tracing::info!(secrets = snapshot.table.len(), "reading credentials into memory");
            }
        }
        snapshot.names.close();
        reading.await.map_err(internal)?
    }

    /// Applies credentials to the snapshot. During a full load, `names` maps names that were read before to their
    /// positions.
    pub(crate) async fn take(
        &self,
        snapshot: &Snapshot,
        writer: &mut Writer,
        rows: &[CredentialRow<'_>],
        mut names: Option<&mut HashMap<String, u32>>,
    ) -> Result<()> {
        for rows in rows.chunk_by(|one, next| one.id == next.id) {
            let id = rows[0].id;
            if let Err(cause) = self.take_one(snapshot, writer, rows, names.as_deref_mut()).await? {
                tracing::error!(credential_id = id, cause, "a stored credential cannot be read and is refused");
                id.parse().into_iter().for_each(|id| snapshot.table.refuse(id));
            }
        }
        Ok(())
    }

    /// Applies one credential. The inner error names the part of it that cannot be read.
    async fn take_one(
        &self,
        snapshot: &Snapshot,
        writer: &mut Writer,
        rows: &[CredentialRow<'_>],
        names: Option<&mut HashMap<String, u32>>,
    ) -> Result<std::result::Result<(), String>> {
        let Ok(id) = rows[0].id.parse::<CredentialId>() else { return Ok(Err("its id".to_owned())) };
        // An unreadable secret may be one that ends the others.
        let (Some(first), true) = (rows[0].facts, rows.iter().all(|row| row.facts.is_some())) else {
            return Ok(Err("its dates".to_owned()));
        };
        let slot = match self.slot_of(snapshot, writer, id, first.shared).await? {
            Ok(slot) => slot,
            Err(cause) => return Ok(Err(cause)),
        };
        let is_new = names.is_some();
        let name = match names {
            Some(known) => name_position(snapshot, known, first.name),
            None => current_name(snapshot, id, first.name),
        };
        let facts = rows.iter().filter_map(|row| row.facts.as_ref());
        for (position, own) in facts.clone().enumerate() {
            let newer = facts.clone().take(position).filter_map(|newer| newer.secret.as_ref());
            let (key, entry) = build_entry(id, own, newer, (slot, name));
            writer.slots.gain(slot);
            let before = match is_new {
                true => {
                    snapshot.table.add(key, &entry);
                    None
                }
                false => snapshot.table.put(key, &entry),
            };
            if let Some(before) = before {
                writer.slots.lose(snapshot, before.grant);
            }
        }
        Ok(Ok(()))
    }

    /// The slot of the credential's grant, which is made if no other credential has it.
    async fn slot_of(
        &self,
        snapshot: &Snapshot,
        writer: &mut Writer,
        id: CredentialId,
        shared: &str,
    ) -> Result<std::result::Result<u32, String>> {
        if let Some(slot) = writer.slots.last(id.kind(), shared) {
            return Ok(Ok(slot));
        }
        let Some(stored) = SharedFields::read(shared) else { return Ok(Err("what it shares with others".to_owned())) };
        // Limits are counted per credential, so a credential with a limit has its own grant.
        let counted = stored.rate_limit.or(stored.quota).map(|_| id.bits());
        let key = GrantKey::new(id.kind(), counted, shared);
        // An edit does not reset the counts.
        let before = counted.and_then(|_| snapshot.by_id(id)).map(|known| known.grant.stored.clone());
        let carry_over = |to: &StoredGrant| before.iter().for_each(|before| to.carry_over(before, self.now()));
        let slot = match writer.slots.find(&key) {
            Some(slot) => {
                snapshot.grants.get(slot as usize).into_iter().for_each(|grant| carry_over(&grant.load().stored));
                slot
            }
            None => {
                let Ok(org) = stored.org_id.parse::<OrgId>() else { return Ok(Err("its organization".to_owned())) };
                let stored = match StoredGrant::read(id.kind(), &stored, &mut writer.slots.scopes) {
                    Ok(stored) => {
                        carry_over(&stored);
                        Arc::new(stored)
                    }
                    Err(cause) => return Ok(Err(cause)),
                };
                let grant = EffectiveGrant::new(stored, self.org_snapshot(snapshot, writer, org).await?);
                writer.slots.insert(snapshot, key, grant)
            }
        };
        writer.slots.remember_last(counted.is_none().then(|| (id.kind(), shared.to_owned(), slot)));
        Ok(Ok(slot))
    }

    pub(crate) async fn org_snapshot(
        &self,
        snapshot: &Snapshot,
        writer: &mut Writer,
        id: OrgId,
    ) -> Result<Arc<OrgSnapshot>> {
        if let Some(known) = writer.orgs.get(&id) {
            return Ok(known.clone());
        }
        self.load_memberships(snapshot, writer, id).await?;
        self.read_org(snapshot, writer, id, None).await
    }

    /// Reads an organization, whether or not it is in the snapshot. `catalog` holds its APIs if they have not
    /// changed.
    pub(crate) async fn read_org(
        &self,
        snapshot: &Snapshot,
        writer: &mut Writer,
        id: OrgId,
        catalog: Option<Arc<Catalog>>,
    ) -> Result<Arc<OrgSnapshot>> {
        let context = self.db.org_context(id, self.now()).await?;
        let context = context.ok_or_else(|| internal("a credential's organization is not there"))?;
        let catalog = match catalog {
            Some(catalog) => catalog,
            None => self.read_catalog(id).await?,
        };
        let org = Arc::new(OrgSnapshot::new(context, catalog, writer.orgs.get(&id).map(AsRef::as_ref)));
        snapshot.orgs.change([(id, Some(org.clone()))]);
        org.publish();
        writer.orgs.insert(id, org.clone());
        Ok(org)
    }

    async fn read_catalog(&self, org: OrgId) -> Result<Arc<Catalog>> {
        let management = management_api(&self.management_audience);
        Ok(Arc::new(Catalog::new(management, self.db.snapshot_apis(org).await?)))
    }
}

fn name_position(snapshot: &Snapshot, known: &mut HashMap<String, u32>, name: &str) -> u32 {
    if let Some(position) = known.get(name) {
        return *position;
    }
    let position = snapshot.names.append(name);
    if known.len() < MAX_NAMES && Names::is_shared(position) {
        known.insert(name.to_owned(), position);
    }
    position
}

/// The position of a credential's name, which may have changed.
fn current_name(snapshot: &Snapshot, id: CredentialId, name: &str) -> u32 {
    let entries = snapshot.table.of_credential(id);
    let Some(position) = entries.first().map(|(_, entry)| entry.name) else { return snapshot.names.add(name) };
    let is_known = snapshot.names.get(position).is_some_and(|known| *known == *name);
    if is_known { position } else { snapshot.names.rename(position, name) }
}

fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Internal(cause.into())
}
