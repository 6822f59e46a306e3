//! Generates the keys of one transaction.
//!
//! Owns their order: sorted by verifier, with ids that rise in that order. A batch then touches each page of each index
//! once, however many keys there are. In random order it would touch a page of the verifier index for every key.

use super::KIND;
use crate::{Result, Service, ServiceError};
use domain::{Name, credential::Credential, ids::CredentialId, secret::PlainSecret};
use std::sync::Arc;
use store::Alike;
use tokio::task::JoinHandle;

/// Small enough for a commit within the store's time limit on a slow disk.
const BATCH: u64 = 10_000;

/// The keys that a load adds.
pub(super) struct Plan {
    /// The properties that all keys share. Its own id and name are not used.
    pub(super) like: Credential,
    /// The number in the name of the first key.
    pub(super) first_number: u64,
    pub(super) count: u64,
}

impl Plan {
    /// Returns the name of a key by its index in the load, counted from 0.
    pub(super) fn name(&self, place: u64) -> Result<Name> {
        let text = format!("Load key {:06}", self.first_number + place);
        Name::parse(&text).map_err(|flaw| ServiceError::internal(flaw.detail))
    }
}

/// Keys to store, with their plain secrets.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) keys: Vec<Alike>,
    pub(super) secrets: Vec<PlainSecret>,
}

impl Service {
    /// Generates the keys from this index on, on a blocking thread. The batch is empty when all keys were generated.
    pub(super) fn draw_batch(&self, plan: &Arc<Plan>, from: u64) -> JoinHandle<Result<Batch>> {
        let (service, plan) = (self.clone(), plan.clone());
        tokio::task::spawn_blocking(move || service.draw(&plan, from))
    }

    fn draw(&self, plan: &Plan, from: u64) -> Result<Batch> {
        let (now, places) = (self.now(), from..plan.count.min(from + BATCH));
        let mut drawn = Vec::new();
        let mut ids = Vec::new();
        for _ in places.clone() {
            drawn.push(self.credentials().draw_secret(KIND, plan.like.grant.env)?);
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
