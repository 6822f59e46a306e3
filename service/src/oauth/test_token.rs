//! Creates a test access token of a client for a person, without the client's secret.
//!
//! Only a person who could roll the client gets one, so it gives them nothing that they do not have. It has no more
//! scopes than that person and lives at most a minute. It obeys the client's IP allowlist and is in the audit log.

use super::{AccessToken, Asked, AuthenticatedClient, OAuthError};
use crate::{
    Caller, ServiceError,
    authn::{check_network, check_status},
    use_cases::OAuth,
};
use domain::{
    access::{Action, Door},
    audit::AuditDetail,
    code::ProblemCode,
    credential::{CredentialKind, GrantType},
    ids::CredentialId,
};
use std::sync::Arc;

/// The lifetime of a test token, in seconds.
pub const TEST_SECONDS: u32 = 60;

impl OAuth<'_> {
    /// Creates an access token for the client, like the client's own but shorter. It is for `resource`, or for all that
    /// the client may have.
    ///
    /// # Errors
    /// * [`ServiceError::PersonRequired`] if the caller is not signed in.
    /// * [`ServiceError::MissingScope`] if the caller may not change clients.
    /// * The errors of [`domain::access::may_obtain`].
    /// * [`ServiceError::Missing`] if the client does not exist or is not within reach.
    /// * `client_not_live` or `ip_not_allowed`.
    /// * The errors of the token endpoint.
    pub async fn test_token(
        self,
        caller: &Caller,
        id: &str,
        resource: Option<&str>,
    ) -> Result<AccessToken, OAuthError> {
        if caller.actor.session().is_none() {
            return Err(ServiceError::PersonRequired.into());
        }
        let permit = self.service.permit(caller, Action::Change(CredentialKind::Client)).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        if id.kind() != CredentialKind::Client {
            return Err(ServiceError::Missing.into());
        }
        let (mut tx, now) = (self.service.inner.db.read(&permit).await?, self.service.now());
        let shown = tx.credential(id).await?;
        check_status(shown.status(now)).map_err(|_| NOT_LIVE)?;
        // The client's identity alone can give access, even without scopes.
        self.service.check_obtain(&mut tx, Door::Reveal, crate::authority::Asked::of(&shown)).await?;
        let policies = tx.policies().await?;
        drop(tx);
        check_network(&shown.grant.networks, policies.networks(shown.id, now), caller.context.ip)?;
        let bound = (caller.actor.holds(), self.service.now().plus_seconds(i64::from(TEST_SECONDS)));
        let mut client = self.service.authenticated_by_id(shown.id, caller.context.clone(), Some(bound)).await?;
        if let Some(settings) = client.credential.client.as_mut().map(Arc::make_mut) {
            settings.access_token_seconds = settings.access_token_seconds.min(TEST_SECONDS);
        }
        let client = AuthenticatedClient(client);
        client.check_grant(GrantType::ClientCredentials)?;
        let asked = Asked { scope: None, resources: resource.map(str::to_owned).into_iter().collect() };
        let issued = self.issue_access_token(&client.0, &client.0, &asked).await?;
        let (jti, aud) = (issued.claims.jti.clone(), issued.claims.aud.clone());
        let detail = AuditDetail::AccessTokenTested { jti, scope: issued.scope.clone(), aud };
        self.service.commit(self.service.write(&permit).await?, self.service.event(&shown, &detail)).await?;
        Ok(issued)
    }
}

const NOT_LIVE: ServiceError = ServiceError::Refused {
    code: ProblemCode::ClientNotLive,
    detail: "Only a client that works gets access tokens. Enable it first, or issue another one.",
};
