//! What the verification engine borrows from the service: clock, randomness and signing keys.

use crate::{Sources, signing_keys::SigningKeys};
use async_trait::async_trait;
use domain::Timestamp;
use std::{error::Error, sync::Arc};
use store::Db;
use verifier::Host;

pub(crate) struct EngineHost {
    pub(crate) db: Db,
    pub(crate) sources: Sources,
    pub(crate) signing_keys: Arc<SigningKeys>,
}

#[async_trait]
impl Host for EngineHost {
    fn now(&self) -> Timestamp {
        self.sources.now()
    }

    fn entropy(&self) -> [u8; 10] {
        self.sources.entropy()
    }

    async fn reload_signing_keys(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.signing_keys.reload(&self.db, self.now()).await?)
    }
}
