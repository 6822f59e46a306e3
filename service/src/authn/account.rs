//! The caller's own account.

use crate::{Caller, Result, ServiceError, use_cases::Accounts};
use domain::account::User;

impl Accounts<'_> {
    /// Returns the caller's account.
    ///
    /// # Errors
    /// Fails with [`ServiceError::PersonRequired`] for an application, a service account or a former member.
    pub async fn show(self, caller: &Caller) -> Result<User> {
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let member = self.service.inner.db.membership(user, caller.actor.org()).await?;
        member.map(|member| member.user).ok_or(ServiceError::PersonRequired)
    }
}
