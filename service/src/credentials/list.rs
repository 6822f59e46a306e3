//! Listing one's own personal access tokens, newest first. Ended ones stay listed.

use super::{Page, PageRequest};
use crate::{Caller, Result, Service};
use domain::{
    access::Action,
    credential::{Credential, CredentialKind},
};

impl Service {
    /// A page of the caller's tokens.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`], or [`crate::ServiceError::Invalid`] for a bad cursor.
    pub async fn list_tokens(&self, caller: &Caller, page: &PageRequest) -> Result<Page<Credential>> {
        let permit = caller.permit(Action::ReadOwnTokens)?;
        Ok(self.inner.db.read(&permit).await?.list_credentials(CredentialKind::PersonalAccessToken, page).await?)
    }
}
