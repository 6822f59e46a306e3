//! What a token is worth (RFC 7662).
//!
//! Owns: that whoever may not know learns exactly as much as about a token that never was. A caller that is bound to some
//! audiences learns of tokens for those alone. Answered from memory, as verification is.

use super::{AuthenticatedClient, OAuthError};
use crate::{
    Result, Service, ServiceError,
    verify::{Known, Presentation, State, Subject, Verifying},
};
use domain::{
    access::{Action, Denied},
    credential::{ClientSettings, CredentialKind},
    ids::{CredentialId, OrgId},
    oauth::{Audience, SubjectType},
    scope::ScopeSet,
    secret::{Environment, PlainSecret},
    verify::{Needs, Verdict},
};
use serde::Serialize;
use std::{net::IpAddr, sync::Arc};

/// Who asks.
pub enum Introspector<'a> {
    /// A client that has proved who it is.
    Client(&'a AuthenticatedClient),
    /// A client that says its id and shows its secret, and from where it asks.
    Secret(&'a str, &'a PlainSecret, Option<IpAddr>),
    /// Whoever holds `keys:verify`, by a token of their own, and from where they ask.
    Bearer(&'a PlainSecret, Option<IpAddr>),
}

/// What whoever asks may know.
struct Asking {
    org: OrgId,
    /// The client that asks, and what it is bound to.
    client: Option<(CredentialId, Option<Arc<ClientSettings>>)>,
}

/// What is said of an active token, by the names that RFC 7662 section 2.2 and RFC 9068 give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Introspection {
    /// Its scopes, separated by spaces.
    pub scope: String,
    /// Who asked for it; for a credential, itself.
    pub client_id: CredentialId,
    /// Whom it represents.
    pub sub: String,
    /// The address or name of whom it represents, if that is somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// When it ends, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
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
    /// What that is limited to; empty: nothing, it reaches the whole organization.
    pub resources: Vec<String>,
    /// For real data or for trying things.
    pub env: Environment,
}

impl Service {
    /// What a token is worth now; nothing for one that is not active, or that the caller may not know.
    ///
    /// # Errors
    /// `invalid_client` for a client that shows no secret of its own; [`crate::ServiceError::Unauthenticated`] or
    /// [`crate::ServiceError::MissingScope`] for a bearer without `keys:verify`, or [`crate::ServiceError::Unavailable`].
    pub async fn introspect(
        &self,
        introspector: &Introspector<'_>,
        token: &PlainSecret,
    ) -> std::result::Result<Option<Introspection>, OAuthError> {
        let mut verifying = self.verifying().await?;
        let asking = match verifying.asking(introspector) {
            // Whoever asks may have been issued by another process a moment ago, as may what they ask about.
            Err(_) if verifying.is_new_to_us(introspector) && self.look_again().await => {
                verifying = self.verifying().await?;
                verifying.asking(introspector)?
            }
            asking => asking?,
        };
        let found = verifying.worth(&asking, token.expose())?;
        if found.is_some() || !verifying.is_unknown(token.expose()) || !self.look_again().await {
            return Ok(found);
        }
        Ok(self.verifying().await?.worth(&asking, token.expose())?)
    }
}

impl Verifying<'_> {
    /// Recognises whoever asks, which is a use of what they show.
    fn asking(&self, introspector: &Introspector<'_>) -> std::result::Result<Asking, OAuthError> {
        Ok(match introspector {
            Introspector::Client(AuthenticatedClient(found)) => {
                if found.credential.kind() != CredentialKind::Client {
                    found
                        .caller
                        .actor
                        .permit(Action::VerifyCredentials, &found.caller.origin)
                        .map_err(ServiceError::from)?;
                }
                Asking { org: found.org.id, client: Some((found.credential.id, found.credential.client.clone())) }
            }
            Introspector::Secret(client_id, secret, ip) => {
                let known = self.client_by_secret(client_id, secret, *ip)?;
                check_may_verify(&known)?;
                Asking { org: known.org(), client: Some((known.entry.credential, known.terms.stored.client.clone())) }
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

    fn worth(&self, asking: &Asking, token: &str) -> Result<Option<Introspection>> {
        let state = self.state()?;
        let found = match token.contains('.') {
            true => self.of_access_token(state, token, asking.org),
            false => self.of_secret(state, token, asking.org),
        };
        Ok(found.filter(|found| asking.may_know(found)))
    }

    /// The address is the resource server's and not that of whoever presented the token, so it is left out: a credential that
    /// is bound to networks is answered as inactive here, as is one that was used too often. Asking about another
    /// organisation's is no use of it.
    fn of_secret(&self, state: &State, secret: &str, org: OrgId) -> Option<Introspection> {
        let (_, known) = state.find(&self.service.reader(), secret)?;
        let known = known.filter(|known| known.terms.stored.kind != CredentialKind::Client)?;
        let known = match known.org() == org {
            true => known,
            false => state.elsewhere(known, |belongs| belongs.org == org).ok()?,
        };
        let Presentation { verdict, known, .. } = state.judge(known, &Needs::default(), (None, 1, self.now));
        let known = known.filter(|_| verdict == Verdict::Valid)?;
        let (entry, fragments) = (&known.entry, &known.terms.json);
        let seconds = |at: domain::Timestamp| at.millis().div_euclid(1000);
        let Subject { kind: sub_type, id: sub } = known.subject();
        Some(Introspection {
            scope: fragments.scope.to_string(),
            client_id: entry.credential,
            sub,
            username: known.terms.user_name().map(str::to_owned),
            exp: known.ends_at().map(seconds),
            iat: seconds(entry.credential.made_at()),
            iss: self.service.issuer().to_owned(),
            aud: Audience::clone(&fragments.audiences),
            jti: format!("{}.{}", entry.credential, entry.number),
            org_id: known.org(),
            sub_type,
            credential_id: entry.credential,
            resources: known.terms.stored.resources.iter().map(ToString::to_string).collect(),
            env: entry.env,
        })
    }

    /// By the verdict that verification gives, for a call from an address that is unknown: as for the credential's own secret.
    fn of_access_token(&self, state: &State, text: &str, org: OrgId) -> Option<Introspection> {
        let signed = self.service.signed(text).filter(|signed| signed.claims.org_id == org)?;
        let verified = self.judge_access_token(state, signed.clone(), &Needs::default(), (None, 1, self.now));
        if verified.verdict != Verdict::Valid {
            return None;
        }
        let claims = &signed.claims;
        Some(Introspection {
            scope: narrowed(&claims.scope, verified.narrowed()?),
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
            env: verified.env()?,
        })
    }
}

/// A client asks about tokens as a protected resource does (RFC 7662 section 2.1); a personal access token used as one needs
/// what it needs elsewhere to ask about the tokens of others.
fn check_may_verify(known: &Known<'_>) -> Result<()> {
    if known.terms.stored.kind == CredentialKind::Client || known.terms.may_verify {
        return Ok(());
    }
    let accepted = "keys:verify".parse().unwrap_or_default();
    Err(Denied::MissingScope { accepted, granted: known.terms.holds.clone() }.into())
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

/// The scopes of a token that still count, in its own order.
fn narrowed(scope: &str, holds: &ScopeSet) -> String {
    let mut kept = String::with_capacity(scope.len());
    for name in scope.split(' ').filter(|name| holds.contains(name)) {
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(name);
    }
    kept
}
