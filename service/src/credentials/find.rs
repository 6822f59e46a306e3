//! Finds the credential that a secret belongs to, for a person who has found a secret.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    credential::Credential,
    secret::{PlainSecret, parse},
};
use store::StoreError;

impl Service {
    /// Returns the credential of the caller's organization that has this secret, in any state. This is not a use.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the value is no secret of this organization.
    pub async fn find(&self, caller: &Caller, secret: &PlainSecret) -> Result<Credential> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        parse(&self.inner.brand, secret.expose()).map_err(|_| ServiceError::Missing)?;
        let mut tx = self.inner.db.read(&permit).await?;
        for pepper in self.inner.peppers.iter() {
            match tx.find_by_verifier(&pepper.verifier(secret)).await {
                Err(StoreError::Missing) => {}
                found => return Ok(found?),
            }
        }
        Err(ServiceError::Missing)
    }
}
