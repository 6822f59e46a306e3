//! Creates access tokens (RFC 9068) for a grant.

use super::error::OAuthError;
use crate::{authn::Authenticated, use_cases::OAuth};
use domain::{
    credential::CredentialKind,
    ids::{AccessTokenId, CredentialId},
    oauth::{AccessTokenClaims, Act, Entitled, grant},
};
use verifier::Subject;

/// The longest lifetime of an access token that acts for a person or comes from another credential: 15 minutes.
const MAX_DERIVED_SECONDS: i64 = 900;

/// The scopes and resources that a client requests.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The `scope` parameter. `None` requests all that the client may have.
    pub scope: Option<String>,
    /// The `resource` parameters (RFC 8707). Empty requests those that fit.
    pub resources: Vec<String>,
}

/// A new access token and the facts about it for the reply.
pub struct AccessToken {
    /// The compact JWT.
    pub token: String,
    /// The lifetime in seconds.
    pub expires_in: i64,
    /// The scopes, exactly as they were requested.
    pub scope: String,
    /// The person or service account that the token acts for.
    pub user: Option<UserReply>,
    pub claims: AccessTokenClaims,
}

/// The facts in the reply about the person or service account that a token acts for.
pub struct UserReply {
    /// The id of the person or service account.
    pub identity_id: String,
    /// The address with which a person signs in, or the name of a service account.
    pub user_name: String,
    /// The slug of the organization.
    pub org: String,
    /// The id of the organization.
    pub tenant_id: String,
}

/// Returns the address with which a person signs in, or the name of a service account. `None` for an application.
fn user_name(found: &Authenticated) -> Option<String> {
    let person = found.user.as_ref().map(|user| user.email.to_string());
    person.or_else(|| found.service_account.as_ref().map(|account| account.name.to_string()))
}

impl OAuth<'_> {
    /// Creates an access token with rights of `from`, at the request of `client`.
    pub(super) async fn issue_access_token(
        self,
        from: &Authenticated,
        client: &Authenticated,
        asked: &Asked,
    ) -> Result<AccessToken, OAuthError> {
        let now = self.service.now();
        let (credential, client_id) = (&from.credential, client.credential.id);
        let settings = client.credential.client.as_ref();
        let is_derived = credential.id != client_id || credential.kind() != CredentialKind::Client;
        let most = settings.map_or(MAX_DERIVED_SECONDS, |settings| i64::from(settings.access_token_seconds));
        let entitled = Entitled {
            scopes: &from.caller.actor.holds(),
            audiences: settings.map_or(&[], |settings| settings.audiences.as_slice()),
            max_seconds: if is_derived { most.min(MAX_DERIVED_SECONDS) } else { most },
            ends_at: [credential.expires_at, client.credential.expires_at].into_iter().flatten().min(),
        };
        let org = self.service.org_snapshot(credential.id).await?;
        let resources: Vec<_> = asked.resources.iter().map(String::as_str).collect();
        let granted = grant(asked.scope.as_deref(), &resources, &entitled, org.catalog(), now)?;
        let Subject { kind: sub_type, id: sub } = Subject::of(credential.owner, credential.id);
        let iat = now.millis().div_euclid(1000);
        let claims = AccessTokenClaims {
            iss: self.service.inner.issuer.clone(),
            sub,
            client_id,
            aud: granted.audiences.into(),
            iat,
            exp: iat + granted.seconds,
            jti: AccessTokenId::new(now, self.service.inner.sources.entropy()).to_string(),
            scope: granted.scope,
            org_id: from.org.id,
            sub_type,
            credential_id: credential.id,
            resources: credential.resources.iter().map(ToString::to_string).collect(),
            env: credential.env,
            act: actor(credential.id, client_id),
        };
        let token = self.service.signing_keys().sign(granted.alg, AccessTokenClaims::TYPE, &claims).await?;
        let user = user_name(from).map(|user_name| UserReply {
            identity_id: claims.sub.clone(),
            user_name,
            org: from.org.slug.to_string(),
            tenant_id: from.org.id.to_string(),
        });
        Ok(AccessToken { token, expires_in: granted.seconds, scope: claims.scope.clone(), user, claims })
    }
}

fn actor(subject: CredentialId, client: CredentialId) -> Option<Act> {
    (subject != client).then_some(Act { sub: client })
}
