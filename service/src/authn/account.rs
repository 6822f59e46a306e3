//! The account of the person who calls.

use crate::{Caller, Result, Service, ServiceError};
use domain::account::User;

impl Service {
    /// The caller's own account.
    ///
    /// # Errors
    /// [`ServiceError::PersonRequired`] for an application, a service account, or somebody who is no member any more.
    pub async fn account(&self, caller: &Caller) -> Result<User> {
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let member = self.inner.db.membership(user, caller.actor.org()).await?;
        member.map(|member| member.user).ok_or(ServiceError::PersonRequired)
    }
}
