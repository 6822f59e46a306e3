//! Making an access token (RFC 9068) of what was granted.

use super::error::OAuthError;
use crate::{Service, authn::Authenticated, verify::Subject};
use domain::{
    credential::CredentialKind,
    ids::{AccessTokenId, CredentialId},
    oauth::{AccessTokenClaims, Act, Entitled, grant},
};

/// The longest life of an access token that acts for a person or comes from another credential: 15 minutes.
const MAX_DERIVED_SECONDS: i64 = 900;

/// What a client asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The `scope`; none: all it may have.
    pub scope: Option<String>,
    /// The `resource`s (RFC 8707); none: those that fit.
    pub resources: Vec<String>,
}

/// An access token on its way to whoever asked for it.
pub struct AccessToken {
    /// The compact JWT.
    pub token: String,
    /// How long it lives, in seconds.
    pub expires_in: i64,
    /// Its scopes, exactly as they were asked for.
    pub scope: String,
    /// Whom it acts for, if that is somebody.
    pub user: Option<UserReply>,
    /// The claims it has.
    pub claims: AccessTokenClaims,
}

/// What the reply says of the person or service account that a token acts for.
pub struct UserReply {
    /// Its id.
    pub identity_id: String,
    /// The address a person signs in with, or the name of a service account.
    pub user_name: String,
    /// The slug of the organisation.
    pub org: String,
    /// The id of the organisation.
    pub tenant_id: String,
}

/// The address a person signs in with, or the name of a service account; an application has neither.
fn user_name(found: &Authenticated) -> Option<String> {
    let person = found.user.as_ref().map(|user| user.email.to_string());
    person.or_else(|| found.service_account.as_ref().map(|account| account.name.to_string()))
}

impl Service {
    /// Issues an access token of what `from` holds, at the request of `client`.
    pub(super) async fn issue_access_token(
        &self,
        from: &Authenticated,
        client: &Authenticated,
        asked: &Asked,
    ) -> Result<AccessToken, OAuthError> {
        let now = self.now();
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
        let org = self.org_in_memory(credential.id).await?;
        let resources: Vec<_> = asked.resources.iter().map(String::as_str).collect();
        let granted = grant(asked.scope.as_deref(), &resources, &entitled, &org.catalogue, now)?;
        let Subject { kind: sub_type, id: sub } = Subject::of(credential.owner, credential.id);
        let iat = now.millis().div_euclid(1000);
        let claims = AccessTokenClaims {
            iss: self.inner.issuer.clone(),
            sub,
            client_id,
            aud: granted.audiences.into(),
            iat,
            exp: iat + granted.seconds,
            jti: AccessTokenId::new(now, self.inner.sources.entropy()).to_string(),
            scope: granted.scope,
            org_id: from.org.id,
            sub_type,
            credential_id: credential.id,
            resources: credential.resources.iter().map(ToString::to_string).collect(),
            env: credential.env,
            act: actor(credential.id, client_id),
        };
        let token = self.sign(granted.alg, AccessTokenClaims::TYPE, &claims).await?;
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
