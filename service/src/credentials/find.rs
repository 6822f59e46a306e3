//! Finds the credential that a secret belongs to, for a person who has found a secret.

use crate::{Caller, Result, ServiceError, use_cases::Credentials};
use domain::{
    access::Action,
    credential::Credential,
    secret::{PlainSecret, parse},
};
use store::StoreError;

impl Credentials<'_> {
    /// Returns the credential of the caller's organization that has this secret, in any state. This is not a use.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the value is no secret of this organization.
    pub async fn find(self, caller: &Caller, secret: &PlainSecret) -> Result<Credential> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        parse(&self.service.inner.brand, secret.expose()).map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.inner.db.read(&permit).await?;
        for pepper in self.service.inner.peppers.iter() {
            match tx.find_by_verifier(&pepper.verifier(secret)).await {
                Err(StoreError::Missing) => {}
                found => return Ok(found?),
            }
        }
        Err(ServiceError::Missing)
    }
}
