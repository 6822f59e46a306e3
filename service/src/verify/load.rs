//! Reading stored credentials into memory: all of them at start, and one after a change.
//!
//! Owns: folding rows into entries, and terms and names that are kept once. What is read while others are answered is taken
//! into use when it is whole.

use super::{
    fold,
    follow::{State, Writer},
    terms::{self, OrgTerms, Stored, Terms},
};
use crate::{Result, Service, ServiceError};
use arc_swap::ArcSwap;
use domain::{
    ids::{CredentialId, OrgId},
    operation::{Catalogue, management_api},
};
use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};
use store::{Db, OrgContext, Resident};
use tokio::sync::mpsc;

/// How many credentials are read between two lines in the log.
const PROGRESS: usize = 1_000_000;
/// Rows that are handed over at once, and how many times that may wait.
const CHUNK: usize = 1_000;
const CHUNKS: usize = 8;
/// Names that are remembered while everything is read, so that equal ones are kept once.
const MAX_NAMES: usize = 10_000;

impl Service {
    /// Reads everything, and takes it into use when it is whole.
    pub(super) async fn load(&self, writer: &mut Writer) -> Result<()> {
        let (db, memory) = (&self.inner.db, &self.inner.memory);
        let seq = db.feed_head().await?;
        let count = usize::try_from(db.count_residents().await?).unwrap_or(0);
        let state = Arc::new(State::with_room_for(count));
        let mut fresh = Writer::default();
        self.load_revoked_access_tokens(&state).await?;
        self.load_residents(db, &state, &mut fresh).await?;
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
        let (to, mut inbox) = mpsc::channel(CHUNKS);
        let reading = tokio::spawn(db.clone().send_residents(CHUNK, to));
        let (mut names, mut done) = (HashMap::new(), 0);
        while let Some(rows) = inbox.recv().await {
            self.take(state, writer, &rows, Some(&mut names)).await?;
            if (done + rows.len()) / PROGRESS > done / PROGRESS {
                tracing::info!(secrets = done + rows.len(), "reading credentials into memory");
            }
            done += rows.len();
        }
        state.names.close();
        Ok(reading.await.map_err(ServiceError::internal)??)
    }

    /// Takes rows in; those of one credential stand together. `names`: while everything is read, where names stand that were
    /// met before.
    pub(super) async fn take(
        &self,
        state: &State,
        writer: &mut Writer,
        rows: &[Resident],
        mut names: Option<&mut HashMap<String, u32>>,
    ) -> Result<()> {
        for rows in rows.chunk_by(|one, next| one.id == next.id) {
            let first = &rows[0];
            let Ok(id) = first.id.parse::<CredentialId>() else {
                terms::report(&first.id, "its id")?;
                continue;
            };
            let Some(terms) = self.terms_of(state, writer, first).await? else { continue };
            let name = match &mut names {
                Some(known) => place_of(state, known, &first.name),
                None => known_name(state, id, &first.name).unwrap_or_else(|| state.names.add(&first.name)),
            };
            for (key, entry) in fold::entries(rows, id, terms, name) {
                state.table.put(key, &entry);
            }
        }
        Ok(())
    }

    async fn terms_of(&self, state: &State, writer: &mut Writer, row: &Resident) -> Result<Option<u32>> {
        let key = terms::key_of(row);
        if let Some(place) = writer.places.get(&key) {
            return Ok(Some(*place));
        }
        let stored = match Stored::read(row) {
            Ok(stored) => Arc::new(stored),
            Err(cause) => return terms::report(&row.id, &cause).map(|()| None),
        };
        let Ok(org) = row.org_id.parse::<OrgId>() else {
            return terms::report(&row.id, "its organisation").map(|()| None);
        };
        let terms = Terms::new(stored, self.org_terms(writer, org).await?);
        let place = u32::try_from(state.terms.push(ArcSwap::from_pointee(terms))).unwrap_or(u32::MAX);
        writer.places.insert(key, place);
        writer.of_org.entry(org).or_default().push(place);
        Ok(Some(place))
    }

    pub(super) async fn org_terms(&self, writer: &mut Writer, id: OrgId) -> Result<Arc<OrgTerms>> {
        if let Some(known) = writer.orgs.get(&id) {
            return Ok(known.clone());
        }
        let context = self.inner.db.org_context(id).await?;
        let context = context.ok_or_else(|| ServiceError::internal("a credential's organisation is not there"))?;
        let terms = Arc::new(self.of_org(context));
        writer.orgs.insert(id, terms.clone());
        Ok(terms)
    }

    fn of_org(&self, context: OrgContext) -> OrgTerms {
        let management = management_api(&self.inner.management_audience);
        let catalogue = Catalogue::new(context.org.id, management, context.apis.clone());
        OrgTerms { api_scopes: catalogue.api_scopes(), catalogue, context }
    }
}

fn place_of(state: &State, known: &mut HashMap<String, u32>, name: &str) -> u32 {
    if let Some(place) = known.get(name) {
        return *place;
    }
    let place = state.names.append(name);
    if known.len() < MAX_NAMES {
        known.insert(name.to_owned(), place);
    }
    place
}

fn known_name(state: &State, id: CredentialId, name: &str) -> Option<u32> {
    let entries = state.table.of_credential(id);
    let place = entries.first().map(|(_, entry)| entry.name)?;
    (state.names.get(place) == Some(name)).then_some(place)
}
