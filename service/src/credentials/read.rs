//! Listing and showing credentials, newest first; never their secrets. Ended ones stay listed.

use super::{Page, PageRequest, Which};
use crate::{Caller, Result, Service};
use domain::{access::Action, credential::Credential};

impl Service {
    /// A page of credentials of one kind.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`], or [`crate::ServiceError::Invalid`] for a bad cursor.
    pub async fn list(&self, caller: &Caller, which: Which, page: &PageRequest) -> Result<Page<Credential>> {
        let permit = self.permit(caller, which.read()).await?;
        let mut tx = self.inner.db.read(&permit).await?;
        if let Which::ServiceAccount(account) = which {
            tx.service_account(account).await?;
        }
        Ok(tx.list_credentials(which.kind(), which.owner(), page).await?)
    }

    /// The credential that calls.
    ///
    /// # Errors
    /// [`crate::ServiceError::Missing`] for a person in a session.
    pub async fn show_self(&self, caller: &Caller) -> Result<Credential> {
        let permit = self.permit(caller, Action::ReadSelf).await?;
        let id = caller.actor.credential().ok_or(crate::ServiceError::Missing)?;
        Ok(self.inner.db.read(&permit).await?.credential(id).await?)
    }

    /// The credential of this id.
    ///
    /// # Errors
    /// [`crate::ServiceError::Missing`] if it is not there or not within reach.
    pub async fn show(&self, caller: &Caller, which: Which, id: &str) -> Result<Credential> {
        let permit = self.permit(caller, which.read()).await?;
        let id = which.id(id)?;
        which.admits(self.inner.db.read(&permit).await?.credential(id).await?)
    }
}
