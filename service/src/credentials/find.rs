//! "Which credential is this value?", for whoever found a secret somewhere.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    credential::Credential,
    secret::{PlainSecret, parse},
};
use store::StoreError;

impl Service {
    /// The credential of the caller's organisation that this secret belongs to, in whatever state. Finding one is not a use of it.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] if it is not of this organisation, or no secret of ours at all.
    pub async fn find(&self, caller: &Caller, secret: &PlainSecret) -> Result<Credential> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        parse(&self.inner.brand, secret.expose()).map_err(|_| ServiceError::Missing)?;
        let mut tx = self.inner.db.read(&permit).await?;
        for pepper in &self.inner.peppers {
            match tx.find_by_verifier(&pepper.verifier(secret)).await {
                Err(StoreError::Missing) => {}
                found => return Ok(found?),
            }
        }
        Err(ServiceError::Missing)
    }
}
