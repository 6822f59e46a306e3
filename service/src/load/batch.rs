//! Drawing the keys of one transaction.
//!
//! Owns: their order. Sorted by verifier, with ids that rise in that order, a batch meets each page of each index once
//! however many keys there are; drawn order would meet a page of the verifiers' index for every key.

use super::KIND;
use crate::{Result, Service, ServiceError};
use domain::{Name, credential::Credential, ids::CredentialId, secret::PlainSecret};
use std::sync::Arc;
use store::Alike;
use tokio::task::JoinHandle;

/// Small enough for a commit within the store's limit of time on a slow disk.
const BATCH: u64 = 10_000;

/// What a load adds.
pub(super) struct Plan {
    /// What all keys have in common; its own id and name are nobody's.
    pub(super) like: Credential,
    /// What the first is called by.
    pub(super) first_number: u64,
    pub(super) count: u64,
}

impl Plan {
    /// The name of the key at this place of the load, counted from 0.
    pub(super) fn name(&self, place: u64) -> Result<Name> {
        let text = format!("Load key {:06}", self.first_number + place);
        Name::parse(&text).map_err(|flaw| ServiceError::internal(flaw.detail))
    }
}

/// Keys that are still to be stored, and their plain secrets.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) keys: Vec<Alike>,
    pub(super) secrets: Vec<PlainSecret>,
}

impl Service {
    /// Draws the keys from this place on, beside whatever else is done; none when all were drawn.
    pub(super) fn draw_batch(&self, plan: &Arc<Plan>, from: u64) -> JoinHandle<Result<Batch>> {
        let (service, plan) = (self.clone(), plan.clone());
        tokio::task::spawn_blocking(move || service.draw(&plan, from))
    }

    fn draw(&self, plan: &Plan, from: u64) -> Result<Batch> {
        let (now, places) = (self.now(), from..plan.count.min(from + BATCH));
        let mut drawn = Vec::new();
        let mut ids = Vec::new();
        for _ in places.clone() {
            drawn.push(self.draw_secret(KIND, plan.like.env)?);
            ids.push(CredentialId::new(KIND, now, self.inner.sources.entropy()));
        }
        drawn.sort_unstable_by(|(_, one), (_, other)| one.verifier.as_bytes().cmp(other.verifier.as_bytes()));
        ids.sort_unstable();
        let mut batch = Batch::default();
        for ((place, id), (plain, stored)) in places.zip(ids).zip(drawn) {
            batch.keys.push(Alike { id, name: plan.name(place)?, first: stored });
            batch.secrets.push(plain);
        }
        Ok(batch)
    }
}
