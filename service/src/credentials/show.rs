//! Showing one of one's own personal access tokens; never its secret.

use crate::{Caller, Result, Service, ServiceError};
use domain::{access::Action, credential::Credential, ids::CredentialId};

impl Service {
    /// The caller's token of this id. What is not an id is simply not there.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] if it is not there or not the caller's.
    pub async fn show_token(&self, caller: &Caller, id: &str) -> Result<Credential> {
        let permit = caller.permit(Action::ReadOwnTokens)?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.inner.db.read(&permit).await?.credential(id).await?)
    }
}
