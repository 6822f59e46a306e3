//! What a token is worth (RFC 7662).
//!
//! Owns: that whoever may not know learns exactly as much as about a token that never was. A caller that is bound to some
//! audiences learns of tokens for those alone.

use super::{
    AuthenticatedClient, OAuthError,
    access_token::ReadToken,
    issue::{subject, user_name},
};
use crate::{
    Caller, Service, ServiceError,
    authn::{Authenticated, Door},
};
use domain::{
    access::{Action, Origin},
    ids::{CredentialId, OrgId},
    oauth::{Audience, SubjectType},
    scope::ScopeSet,
    secret::PlainSecret,
};

/// Who asks.
pub enum Introspector<'a> {
    /// A client that has proved who it is.
    Client(&'a AuthenticatedClient),
    /// Whoever holds `keys:verify`.
    Bearer(&'a Caller),
}

/// What is said of an active token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// Its scopes, separated by spaces.
    pub scope: String,
    /// Who asked for it; for a credential, itself.
    pub client_id: CredentialId,
    /// Whom it represents.
    pub sub: String,
    /// The address or name of whom it represents, if that is somebody.
    pub username: Option<String>,
    /// When it ends, in seconds.
    pub exp: Option<i64>,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// This server.
    pub iss: String,
    /// For which APIs it is.
    pub aud: Audience,
    /// Its own name; for a credential, that and the number of the secret.
    pub jti: String,
    /// The tenant.
    pub org_id: OrgId,
    /// What `sub` is.
    pub sub_type: SubjectType,
    /// The credential that it is or comes from.
    pub credential_id: CredentialId,
}

impl Service {
    /// What a token is worth now; nothing for one that is not active, or that the caller may not know.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`] for a bearer without `keys:verify`, or [`ServiceError::Unavailable`].
    pub async fn introspect(
        &self,
        introspector: &Introspector<'_>,
        token: &PlainSecret,
        origin: &Origin,
    ) -> Result<Option<Introspection>, OAuthError> {
        let (org, bounds, itself) = match introspector {
            Introspector::Client(client) => {
                let credential = &client.0.credential;
                let audiences = credential.client.as_ref().map(|settings| settings.audiences.clone());
                (client.0.org.id, audiences.unwrap_or_default(), Some(credential.id))
            }
            Introspector::Bearer(caller) => {
                let permit = self.permit(caller, Action::VerifyCredentials).await?;
                (permit.org(), Vec::new(), None)
            }
        };
        let found = match self.look_at(token, origin).await {
            Ok(found) => found,
            // Used too often is one more reason to be inactive.
            Err(
                ServiceError::Unauthenticated(_) | ServiceError::Forbidden { .. } | ServiceError::RateLimited { .. },
            ) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let is_own = itself == Some(found.client_id);
        let is_for_caller = bounds.is_empty() || found.aud.all().iter().any(|audience| bounds.contains(audience));
        Ok((found.org_id == org && (is_own || is_for_caller)).then_some(found))
    }

    async fn look_at(&self, token: &PlainSecret, origin: &Origin) -> Result<Introspection, ServiceError> {
        // The address is the resource server's and not that of whoever presented the token, so it is left out: a credential
        // that is bound to networks is answered as inactive here.
        let origin = Origin { ip: None, ..origin.clone() };
        if token.expose().contains('.') {
            let ReadToken { claims, found } = self.read_access_token(token.expose(), origin).await?;
            let scope = narrowed(&claims.scope, &found.caller.actor.holds());
            return Ok(Introspection {
                scope,
                client_id: claims.client_id,
                username: user_name(&found),
                sub: claims.sub,
                exp: Some(claims.exp),
                iat: claims.iat,
                iss: claims.iss,
                aud: claims.aud,
                jti: claims.jti,
                org_id: claims.org_id,
                sub_type: claims.sub_type,
                credential_id: claims.credential_id,
            });
        }
        let found = self.recognise(token, origin, Door::Api).await?;
        Ok(self.of_credential(&found))
    }

    fn of_credential(&self, found: &Authenticated) -> Introspection {
        let (credential, holds) = (&found.credential, found.caller.actor.holds());
        let seconds = |at: domain::Timestamp| at.millis().div_euclid(1000);
        let (sub, sub_type) = subject(found);
        Introspection {
            scope: holds.to_string(),
            client_id: credential.id,
            sub,
            username: user_name(found),
            exp: found.expires_at.map(seconds),
            iat: seconds(credential.created_at()),
            iss: self.inner.issuer.clone(),
            aud: found.audiences.clone().into(),
            jti: format!("{}.{}", credential.id, credential.secret_number),
            org_id: found.org.id,
            sub_type,
            credential_id: credential.id,
        }
    }
}

/// The scopes of a token that still count, in its own order.
fn narrowed(scope: &str, holds: &ScopeSet) -> String {
    let kept: Vec<_> = scope.split(' ').filter(|name| holds.contains(name)).collect();
    kept.join(" ")
}
