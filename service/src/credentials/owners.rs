//! The names of credential owners, for callers who may see the credentials.

use crate::{Caller, Result, use_cases::Credentials};
use domain::access::Action;
use store::OwnerName;

impl Credentials<'_> {
    /// Returns the owners of credentials in the caller's inventory by name: members, former members and service
    /// accounts.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`].
    pub async fn owners(self, caller: &Caller) -> Result<Vec<OwnerName>> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        let mut names = self.service.inner.db.read(&permit).await?.owner_names().await?;
        names.sort_by_cached_key(|known| (known.name.to_string().to_lowercase(), known.owner.id(permit.org())));
        Ok(names)
    }
}
