//! Exchanges a credential for a short-lived access token, at the request of a client that has it (RFC 8693).
//!
//! Only clients with this grant type can exchange, within one organization. The audit log records the client and
//! credential.

use super::{AccessToken, Asked, AuthenticatedClient, OAuthError};
use crate::{ServiceError, use_cases::OAuth};
use domain::{
    access::{Action, RequestContext},
    audit::AuditDetail,
    credential::GrantType,
    oauth::Refusal,
    secret::PlainSecret,
};

/// The `subject_token_type` of a personal access token or an API key.
pub const SUBJECT_TOKEN_TYPE: &str = "urn:mintmark:token-type:credential";

/// A request to exchange a credential.
pub struct ExchangeRequest {
    /// The secret of the credential.
    pub subject: PlainSecret,
    pub asked: Asked,
}

impl OAuth<'_> {
    /// Creates an access token with the rights of the subject, or with fewer.
    ///
    /// # Errors
    /// * `unauthorized_client` if the client may not use this grant.
    /// * `invalid_request` for a subject token that does not work, or belongs to another organization.
    /// * `invalid_scope` or `invalid_target`.
    pub async fn exchange_token(
        self,
        client: &AuthenticatedClient,
        request: &ExchangeRequest,
        context: RequestContext,
    ) -> Result<AccessToken, OAuthError> {
        client.check_grant(GrantType::TokenExchange)?;
        let bad = || Refusal::request("The subject_token is not a credential that works here.");
        let subject = match self.service.recognize(&request.subject, context).await {
            Ok(subject) if subject.org.id == client.0.org.id => subject,
            Ok(_) | Err(ServiceError::Unauthenticated(_) | ServiceError::Forbidden { .. }) => return Err(bad().into()),
            Err(error) => return Err(error.into()),
        };
        let issued = self.issue_access_token(&subject, &client.0, &request.asked).await?;
        let permit = self.service.permit(&client.0.caller, Action::ExchangeToken).await?;
        let detail = AuditDetail::CredentialExchanged {
            client_id: issued.claims.client_id,
            jti: issued.claims.jti.clone(),
            scope: issued.scope.clone(),
            aud: issued.claims.aud.clone(),
        };
        let event = self.service.event(&subject.credential, &detail);
        self.service.commit(self.service.write(&permit).await?, event).await?;
        Ok(issued)
    }
}
