//! Introspects tokens (RFC 7662).
//!
//! A caller who may not know a token gets the reply for an unknown one. A caller bound to some audiences learns only
//! about tokens for these. Replies come from memory, as in verification.

use super::{AuthenticatedClient, OAuthError};
use crate::{Result, ServiceError, use_cases::OAuth, verify::Verifying};
use domain::{
    access::{Action, Denied},
    credential::{ClientSettings, CredentialKind},
    ids::{CredentialId, OrgId},
    oauth::{Audience, SubjectType},
    scope::ScopeSet,
    secret::{Environment, PlainSecret},
    verify::{AccessRequest, Verdict},
};
use serde::Serialize;
use std::{net::IpAddr, sync::Arc};
use verifier::{KnownCredential, Presentation, Subject};

/// The caller of the introspection.
pub enum Introspector<'a> {
    /// An authenticated client.
    Client(&'a AuthenticatedClient),
    /// A client with its id, its secret and its address.
    Secret(&'a str, &'a PlainSecret, Option<IpAddr>),
    /// A caller with `keys:verify`: their own token and their address.
    Bearer(&'a PlainSecret, Option<IpAddr>),
}

/// The tokens that the caller may know.
struct Asking {
    org: OrgId,
    /// The calling client and its settings, which may bind it to audiences.
    client: Option<(CredentialId, Option<Arc<ClientSettings>>)>,
}

/// The properties of an active token, with the names of RFC 7662 section 2.2 and RFC 9068.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Introspection {
    /// The scopes, separated by spaces.
    pub scope: String,
    /// The client that requested the token. For a credential, the credential itself.
    pub client_id: CredentialId,
    /// The id of the person, service account or application that it acts for.
    pub sub: String,
    /// The address of the person, or the name of the service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The end, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// The time of creation, in seconds since 1970.
    pub iat: i64,
    /// The URL of this server.
    pub iss: String,
    /// The APIs that it is for.
    pub aud: Audience,
    /// The id of the token. For a credential, its id and the number of the secret.
    pub jti: String,
    pub org_id: OrgId,
    /// The kind of `sub`.
    pub sub_type: SubjectType,
    /// The credential itself, or the one behind the access token.
    pub credential_id: CredentialId,
    /// The resources that the credential is limited to. Empty if it reaches the whole organization.
    pub resources: Vec<String>,
    pub env: Environment,
}

impl OAuth<'_> {
    /// Returns the properties of a token. `None` if it is not active, or if the caller may not know it.
    ///
    /// # Errors
    /// * `invalid_client` if a client presents no secret of its own.
    /// * [`crate::ServiceError::Unauthenticated`] or [`crate::ServiceError::MissingScope`] for a bearer without
    ///   `keys:verify`.
    /// * [`crate::ServiceError::Unavailable`] if this node cannot verify now.
    pub async fn introspect(
        self,
        introspector: &Introspector<'_>,
        token: &PlainSecret,
    ) -> std::result::Result<Option<Introspection>, OAuthError> {
        let mut verifying = self.service.verifying().await?;
        let asking = match verifying.asking(introspector) {
            // Another process may have created the caller's credential or the token a moment ago.
            Err(_) if verifying.is_new_to_us(introspector) && self.service.node().look_again().await => {
                verifying = self.service.verifying().await?;
                verifying.asking(introspector)?
            }
            asking => asking?,
        };
        let found = verifying.introspect(&asking, token.expose())?;
        if found.is_some() || !verifying.is_unknown(token.expose()) || !self.service.node().look_again().await {
            return Ok(found);
        }
        Ok(self.service.verifying().await?.introspect(&asking, token.expose())?)
    }
}

impl Verifying<'_> {
    /// Recognizes the caller. This counts as a use of their credential.
    fn asking(&self, introspector: &Introspector<'_>) -> std::result::Result<Asking, OAuthError> {
        Ok(match introspector {
            Introspector::Client(AuthenticatedClient(found)) => {
                if found.credential.kind() != CredentialKind::Client {
                    found
                        .caller
                        .actor
                        .permit(Action::VerifyCredentials, &found.caller.context)
                        .map_err(ServiceError::from)?;
                }
                Asking { org: found.org.id, client: Some((found.credential.id, found.credential.client.clone())) }
            }
            Introspector::Secret(client_id, secret, ip) => {
                let known = self.client_by_secret(client_id, secret, *ip)?;
                check_may_verify(&known)?;
                Asking {
                    org: known.org(),
                    client: Some((known.entry().credential, known.grant().stored.client.clone())),
                }
            }
            Introspector::Bearer(own, ip) => Asking { org: self.caller(own.expose(), *ip)?.org(), client: None },
        })
    }

    fn is_new_to_us(&self, introspector: &Introspector<'_>) -> bool {
        match introspector {
            Introspector::Client(_) => false,
            Introspector::Secret(_, own, _) | Introspector::Bearer(own, _) => self.is_unknown(own.expose()),
        }
    }

    fn introspect(&self, asking: &Asking, token: &str) -> Result<Option<Introspection>> {
        let found = match token.contains('.') {
            true => self.of_access_token(token, asking.org)?,
            false => self.of_secret(token, asking.org)?,
        };
        Ok(found.filter(|found| asking.may_know(found)))
    }

    /// Ignores the address, because it is the resource server's and not the token user's. So a credential with an IP
    /// allowlist is reported as inactive here, like one over its limits. Asking about a token of another organization
    /// is no use of it.
    fn of_secret(&self, secret: &str, org: OrgId) -> Result<Option<Introspection>> {
        let known = self.view.find(secret)?.known();
        let known = known.filter(|known| known.grant().stored.kind != CredentialKind::Client);
        let Some(known) = known.and_then(|known| self.view.seen_by(known, org)) else { return Ok(None) };
        let Presentation { verdict, known, .. } = self.view.judge(known, &AccessRequest::default(), self.call(None))?;
        Ok(known.filter(|_| verdict == Verdict::Valid).map(|known| self.describe(&known)))
    }

    fn describe(&self, known: &KnownCredential<'_>) -> Introspection {
        let (entry, grant) = (known.entry(), known.grant());
        let seconds = |at: domain::Timestamp| at.millis().div_euclid(1000);
        let Subject { kind: sub_type, id: sub } = known.subject();
        Introspection {
            scope: grant.json.scope.to_string(),
            client_id: entry.credential,
            sub,
            username: grant.user_name().map(str::to_owned),
            exp: known.ends_at().map(seconds),
            iat: seconds(entry.credential.made_at()),
            iss: self.service.issuer().to_owned(),
            aud: Audience::clone(&grant.json.audiences),
            jti: format!("{}.{}", entry.credential, entry.number),
            org_id: known.org(),
            sub_type,
            credential_id: entry.credential,
            resources: grant.stored.resources.iter().map(ToString::to_string).collect(),
            env: entry.env,
        }
    }

    /// Uses the verdict of verification for a call from an unknown address, as for the credential's own secret.
    fn of_access_token(&self, text: &str, org: OrgId) -> Result<Option<Introspection>> {
        let signed = self.service.oauth().signed(text).filter(|signed| signed.claims.org_id == org);
        let Some(signed) = signed else { return Ok(None) };
        let verified = self.view.judge_access_token(signed.clone(), &AccessRequest::default(), self.call(None))?;
        let (Verdict::Valid, Some(scopes), Some(env)) = (verified.verdict, verified.narrowed(), verified.env()) else {
            return Ok(None);
        };
        let claims = &signed.claims;
        Ok(Some(Introspection {
            scope: narrowed(&claims.scope, scopes),
            client_id: claims.client_id,
            sub: claims.sub.clone(),
            username: verified.user_name().map(str::to_owned),
            exp: Some(claims.exp),
            iat: claims.iat,
            iss: claims.iss.clone(),
            aud: claims.aud.clone(),
            jti: claims.jti.clone(),
            org_id: claims.org_id,
            sub_type: claims.sub_type,
            credential_id: claims.credential_id,
            resources: verified.resource_list(),
            env,
        }))
    }
}

/// A client asks about tokens as a protected resource does (RFC 7662 section 2.1). A personal access token used as one
/// needs `keys:verify`, as it does for verification.
fn check_may_verify(known: &KnownCredential<'_>) -> Result<()> {
    if known.grant().stored.kind == CredentialKind::Client || known.grant().may_verify {
        return Ok(());
    }
    let accepted = "keys:verify".parse().unwrap_or_default();
    Err(Denied::MissingScope { accepted, granted: known.grant().scopes.clone() }.into())
}

impl Asking {
    fn may_know(&self, found: &Introspection) -> bool {
        let is_own = self.client.as_ref().is_some_and(|(id, _)| *id == found.client_id);
        let settings = self.client.as_ref().and_then(|(_, settings)| settings.as_deref());
        let bounds = settings.map_or([].as_slice(), |settings| &settings.audiences);
        let is_for_caller = bounds.is_empty() || found.aud.all().iter().any(|audience| bounds.contains(audience));
        found.org_id == self.org && (is_own || is_for_caller)
    }
}

/// Returns the scopes of a token that are still effective, in the token's order.
fn narrowed(scope: &str, effective: &ScopeSet) -> String {
    let mut kept = String::with_capacity(scope.len());
    for name in scope.split(' ').filter(|name| effective.contains(name)) {
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(name);
    }
    kept
}
