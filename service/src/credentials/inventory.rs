//! The inventory of all credentials, of every kind and owner.

use super::{InventoryFilter, Page, PageRequest};
use crate::{Caller, Result, ServiceError, use_cases::Credentials};
use domain::{access::Action, credential::Credential, ids::CredentialId};

impl Credentials<'_> {
    /// Returns a page of the credentials that match the filter.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`], or with [`ServiceError::Invalid`] if the cursor is not valid.
    pub async fn inventory(
        self,
        caller: &Caller,
        filter: &InventoryFilter,
        page: &PageRequest,
    ) -> Result<Page<Credential>> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        Ok(self.service.inner.db.read(&permit).await?.inventory(filter, self.service.now(), page).await?)
    }

    /// Returns the credential with this id, of any kind.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the credential does not exist or is not within reach.
    pub async fn show_any(self, caller: &Caller, id: &str) -> Result<Credential> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.service.inner.db.read(&permit).await?.credential(id).await?)
    }
}
