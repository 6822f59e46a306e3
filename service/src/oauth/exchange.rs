//! Turning a credential into a short-lived access token, by a client that holds it (RFC 8693).
//!
//! Owns: that only clients which were allowed to do it can, within one organisation, and that the log tells who did it with
//! what.

use super::{AccessToken, Asked, AuthenticatedClient, OAuthError};
use crate::{Service, ServiceError};
use domain::{
    access::{Action, Origin},
    audit::AuditAction,
    credential::GrantType,
    oauth::Refusal,
    secret::PlainSecret,
};
use serde_json::json;

/// The `subject_token_type` of a personal access token or an API key.
pub const SUBJECT_TOKEN_TYPE: &str = "urn:mintmark:token-type:credential";

/// What is to be exchanged.
pub struct ExchangeRequest {
    /// The credential.
    pub subject: PlainSecret,
    /// What is asked for.
    pub asked: Asked,
}

impl Service {
    /// An access token of what the subject holds, or of less.
    ///
    /// # Errors
    /// `unauthorized_client`; `invalid_request` for a subject token that is not good, or is of another organisation;
    /// `invalid_scope` or `invalid_target`.
    pub async fn exchange_token(
        &self,
        client: &AuthenticatedClient,
        request: &ExchangeRequest,
        origin: Origin,
    ) -> Result<AccessToken, OAuthError> {
        client.check_grant(GrantType::TokenExchange)?;
        let bad = || Refusal::request("The subject_token is not a credential that works here.");
        let subject = match self.recognise(&request.subject, origin).await {
            Ok(subject) if subject.org.id == client.0.org.id => subject,
            Ok(_) | Err(ServiceError::Unauthenticated(_) | ServiceError::Forbidden { .. }) => return Err(bad().into()),
            Err(error) => return Err(error.into()),
        };
        let issued = self.issue_access_token(&subject, &client.0, &request.asked).await?;
        let permit = self.permit(&client.0.caller, Action::ExchangeToken).await?;
        let detail = json!({ "client_id": issued.claims.client_id, "jti": issued.claims.jti,
            "scope": issued.scope, "aud": issued.claims.aud });
        let event = self.credential_event(AuditAction::CredentialExchanged, &subject.credential, detail);
        self.commit(self.write(&permit).await?, event).await?;
        Ok(issued)
    }
}
