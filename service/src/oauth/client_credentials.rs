//! The client credentials grant (RFC 6749 section 4.4), for M2M clients and for personal access tokens used as one.

use super::{AccessToken, Asked, AuthenticatedClient, OAuthError};
use crate::use_cases::OAuth;
use domain::{
    credential::GrantType,
    oauth::{Refusal, RefusalCode},
};

impl OAuth<'_> {
    /// Creates an access token for the client itself.
    ///
    /// # Errors
    /// Fails with `unauthorized_client`, `invalid_scope` or `invalid_target`.
    pub async fn client_credentials(
        self,
        client: &AuthenticatedClient,
        asked: &Asked,
    ) -> Result<AccessToken, OAuthError> {
        client.check_grant(GrantType::ClientCredentials)?;
        self.issue_access_token(&client.0, &client.0, asked).await
    }
}

impl AuthenticatedClient {
    /// Fails unless the client may use this grant. A personal access token may only use client credentials.
    pub(super) fn check_grant(&self, grant: GrantType) -> Result<(), Refusal> {
        let may = match &self.0.credential.client {
            Some(settings) => settings.grant_types.contains(&grant),
            None => grant == GrantType::ClientCredentials,
        };
        let detail = "This client may not use this grant type. An administrator can allow it on the client's page.";
        if may { Ok(()) } else { Err(Refusal::new(RefusalCode::UnauthorizedClient, detail)) }
    }
}
