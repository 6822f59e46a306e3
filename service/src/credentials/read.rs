//! Lists and shows credentials, newest first, without their secrets. Ended credentials stay in the list.

use super::{CredentialTarget, Page, PageRequest};
use crate::{Caller, Result, use_cases::Credentials};
use domain::{access::Action, credential::Credential};

impl Credentials<'_> {
    /// Returns a page of credentials of one kind.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`], or with [`crate::ServiceError::Invalid`] for a bad cursor.
    pub async fn list(self, caller: &Caller, target: CredentialTarget, page: &PageRequest) -> Result<Page<Credential>> {
        let permit = self.service.permit(caller, target.read()).await?;
        let mut tx = self.service.inner.db.read(&permit).await?;
        if let CredentialTarget::ServiceAccount(account) = target {
            tx.service_account(account).await?;
        }
        Ok(tx.list_credentials(target.kind(), target.owner(), page).await?)
    }

    /// Returns the credential that the caller presented.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Missing`] if the caller is a person in a session.
    pub async fn show_self(self, caller: &Caller) -> Result<Credential> {
        let permit = self.service.permit(caller, Action::ReadSelf).await?;
        let id = caller.actor.credential().ok_or(crate::ServiceError::Missing)?;
        Ok(self.service.inner.db.read(&permit).await?.credential(id).await?)
    }

    /// Returns the credential with this id.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Missing`] if the credential does not exist or is not within reach.
    pub async fn show(self, caller: &Caller, target: CredentialTarget, id: &str) -> Result<Credential> {
        let permit = self.service.permit(caller, target.read()).await?;
        let id = target.id(id)?;
        target.admits(self.service.inner.db.read(&permit).await?.credential(id).await?)
    }
}
