//! One inventory of every credential, of every kind and owner.

use super::{InventoryFilter, Page, PageRequest};
use crate::{Caller, Result, Service, ServiceError};
use domain::{access::Action, credential::Credential, ids::CredentialId};

impl Service {
    /// A page of what the filter lets through.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`], or [`ServiceError::Invalid`] for a bad cursor.
    pub async fn inventory(
        &self,
        caller: &Caller,
        filter: &InventoryFilter,
        page: &PageRequest,
    ) -> Result<Page<Credential>> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        Ok(self.inner.db.read(&permit).await?.inventory(filter, self.now(), page).await?)
    }

    /// The credential of this id, of whichever kind.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] if it is not there or not within reach.
    pub async fn show_any(&self, caller: &Caller, id: &str) -> Result<Credential> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.inner.db.read(&permit).await?.credential(id).await?)
    }
}
