//! Reads stored credentials into the snapshot: all of them at startup, and single ones after a change.
//!
//! It turns rows into entries, and stores equal grants and names once. A full load builds a new snapshot beside the one
//! in use, and replaces it when the new one is complete.

use super::{
    fold,
    follow::{State, Writer},
    names::Names,
    shared::TermsKey,
    terms::{OrgTerms, Stored, Terms},
};
use crate::{Result, Service, ServiceError};
use domain::{
    ids::{CredentialId, OrgId},
    operation::{Catalog, management_api},
};
use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};
use store::{Db, Resident, Shared};
use tokio::sync::mpsc;

/// Credentials between two progress lines in the log.
const PROGRESS: usize = 1_000_000;
/// Credentials per page. At most [`PAGES`] pages wait to be processed.
const PAGE: u32 = 1_000;
const PAGES: usize = 4;
/// Names remembered during a full load, so that equal names are stored once.
const MAX_NAMES: usize = 10_000;

impl Service {
    /// Reads everything into a new snapshot, and puts it into use once it is complete.
    pub(super) async fn load(&self, writer: &mut Writer) -> Result<()> {
        let (db, memory) = (&self.inner.db, &self.inner.memory);
        let seq = db.feed_head().await?;
        let count = usize::try_from(db.count_residents().await?).unwrap_or(0);
        let state = Arc::new(State::with_room_for(count));
        let mut fresh = Writer::default();
        self.load_revoked_access_tokens(&state).await?;
        self.load_platform(&state).await?;
        self.load_residents(db, &state, &mut fresh).await?;
        self.read_abroad(&state, &mut fresh).await?;
        self.load_quota_uses(&state, None).await?;
        if count >= PROGRESS {
            let mebibytes = state.bytes() / (1024 * 1024);
            tracing::info!(secrets = state.table.len(), mebibytes, "every credential is in memory");
        }
        *writer = fresh;
        let before = memory.state.swap(Some(state));
        memory.seq.store(seq, Ordering::Release);
        if let Some(before) = before {
            self.keep_counts_of(before).await;
        }
        Ok(())
    }

    async fn load_residents(&self, db: &Db, state: &State, writer: &mut Writer) -> Result<()> {
        let (to, mut inbox) = mpsc::channel(PAGES);
        let reading = tokio::spawn(db.clone().send_residents(PAGE, to));
        let (mut names, mut told) = (HashMap::new(), 0);
        while let Some(page) = inbox.recv().await {
            self.take(state, writer, &page.rows()?, Some(&mut names)).await?;
            if state.table.len() / PROGRESS > told {
                told = state.table.len() / PROGRESS;
                tracing::info!(secrets = state.table.len(), "reading credentials into memory");
            }
        }
        state.names.close();
        Ok(reading.await.map_err(ServiceError::internal)??)
    }

    /// Applies credentials to the snapshot. During a full load, `names` maps names that were read before to their
    /// positions.
    pub(super) async fn take(
        &self,
        state: &State,
        writer: &mut Writer,
        rows: &[Resident<'_>],
        mut names: Option<&mut HashMap<String, u32>>,
    ) -> Result<()> {
        for rows in rows.chunk_by(|one, next| one.id == next.id) {
            let id = rows[0].id;
            if let Err(cause) = self.take_one(state, writer, rows, names.as_deref_mut()).await? {
                tracing::error!(credential_id = id, cause, "a stored credential cannot be read and is refused");
                id.parse().into_iter().for_each(|id| state.table.refuse(id));
            }
        }
        Ok(())
    }

    /// Applies one credential. The inner error names the part of it that cannot be read.
    async fn take_one(
        &self,
        state: &State,
        writer: &mut Writer,
        rows: &[Resident<'_>],
        names: Option<&mut HashMap<String, u32>>,
    ) -> Result<std::result::Result<(), String>> {
        let Ok(id) = rows[0].id.parse::<CredentialId>() else { return Ok(Err("its id".to_owned())) };
        // An unreadable secret may be one that ends the others.
        let (Some(first), true) = (rows[0].facts, rows.iter().all(|row| row.facts.is_some())) else {
            return Ok(Err("its dates".to_owned()));
        };
        let terms = match self.terms_of(state, writer, id, first.shared).await? {
            Ok(terms) => terms,
            Err(cause) => return Ok(Err(cause)),
        };
        let is_new = names.is_some();
        let name = match names {
            Some(known) => place_of(state, known, first.name),
            None => name_of(state, id, first.name),
        };
        let facts = rows.iter().filter_map(|row| row.facts.as_ref());
        for (place, own) in facts.clone().enumerate() {
            let newer = facts.clone().take(place).filter_map(|newer| newer.secret.as_ref());
            let (key, entry) = fold::entry(id, own, newer, (terms, name));
            writer.shared.gain(terms);
            let before = match is_new {
                true => {
                    state.table.add(key, &entry);
                    None
                }
                false => state.table.put(key, &entry),
            };
            if let Some(before) = before {
                writer.shared.lose(state, before.terms);
            }
        }
        Ok(Ok(()))
    }

    async fn terms_of(
        &self,
        state: &State,
        writer: &mut Writer,
        id: CredentialId,
        shared: &str,
    ) -> Result<std::result::Result<u32, String>> {
        if let Some(place) = writer.shared.last(id.kind(), shared) {
            return Ok(Ok(place));
        }
        let Some(stored) = Shared::read(shared) else { return Ok(Err("what it shares with others".to_owned())) };
        // Limits are counted per credential, so a credential with a limit has its own grant.
        let counted = stored.rate_limit.or(stored.quota).map(|_| id.bits());
        let key = TermsKey::new(id.kind(), counted, shared);
        // An edit does not reset the counts.
        let before = counted.and_then(|_| state.by_id(id)).map(|known| known.terms.stored.clone());
        let carry_over = |to: &Stored| before.iter().for_each(|before| to.carry_over(before, self.now()));
        let place = match writer.shared.find(&key) {
            Some(place) => {
                state.terms.get(place as usize).into_iter().for_each(|slot| carry_over(&slot.load().stored));
                place
            }
            None => {
                let Ok(org) = stored.org_id.parse::<OrgId>() else { return Ok(Err("its organization".to_owned())) };
                let stored = match Stored::read(id.kind(), &stored, &mut writer.shared.scopes) {
                    Ok(stored) => {
                        carry_over(&stored);
                        Arc::new(stored)
                    }
                    Err(cause) => return Ok(Err(cause)),
                };
                let terms = Terms::new(stored, self.org_terms(state, writer, org).await?);
                writer.shared.insert(state, key, terms)
            }
        };
        writer.shared.remember_last(counted.is_none().then(|| (id.kind(), shared.to_owned(), place)));
        Ok(Ok(place))
    }

    pub(super) async fn org_terms(&self, state: &State, writer: &mut Writer, id: OrgId) -> Result<Arc<OrgTerms>> {
        if let Some(known) = writer.orgs.get(&id) {
            return Ok(known.clone());
        }
        self.meet(state, writer, id).await?;
        self.read_org(state, writer, id, None).await
    }

    /// Reads an organization, whether or not it is in the snapshot. `catalog` holds its APIs if they have not
    /// changed.
    pub(super) async fn read_org(
        &self,
        state: &State,
        writer: &mut Writer,
        id: OrgId,
        catalog: Option<Arc<Catalog>>,
    ) -> Result<Arc<OrgTerms>> {
        let context = self.inner.db.org_context(id, self.now()).await?;
        let context = context.ok_or_else(|| ServiceError::internal("a credential's organization is not there"))?;
        let catalog = match catalog {
            Some(catalog) => catalog,
            None => self.read_catalog(id).await?,
        };
        let terms = Arc::new(OrgTerms::new(context, catalog, writer.orgs.get(&id).map(AsRef::as_ref)));
        state.orgs.change([(id, Some(terms.clone()))]);
        terms.publish();
        writer.orgs.insert(id, terms.clone());
        Ok(terms)
    }

    async fn read_catalog(&self, org: OrgId) -> Result<Arc<Catalog>> {
        let management = management_api(&self.inner.management_audience);
        Ok(Arc::new(Catalog::new(management, self.inner.db.resident_apis(org).await?)))
    }
}

fn place_of(state: &State, known: &mut HashMap<String, u32>, name: &str) -> u32 {
    if let Some(place) = known.get(name) {
        return *place;
    }
    let place = state.names.append(name);
    if known.len() < MAX_NAMES && Names::is_shared(place) {
        known.insert(name.to_owned(), place);
    }
    place
}

/// The position of a credential's name, which may have changed.
fn name_of(state: &State, id: CredentialId, name: &str) -> u32 {
    let entries = state.table.of_credential(id);
    let Some(place) = entries.first().map(|(_, entry)| entry.name) else { return state.names.add(name) };
    let is_known = state.names.get(place).is_some_and(|known| *known == *name);
    if is_known { place } else { state.names.rename(place, name) }
}
