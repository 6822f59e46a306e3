//! The caller's own account.

use crate::{Caller, Result, Service, ServiceError};
use domain::account::User;

impl Service {
    /// Returns the caller's account.
    ///
    /// # Errors
    /// Fails with [`ServiceError::PersonRequired`] for an application, a service account or a former member.
    pub async fn account(&self, caller: &Caller) -> Result<User> {
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let member = self.inner.db.membership(user, caller.actor.org()).await?;
        member.map(|member| member.user).ok_or(ServiceError::PersonRequired)
    }
}
