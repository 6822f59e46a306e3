//! Recognising a caller by the credential they present.
//!
//! Owns: shape and checksum first, one look-up after, then the verdict on the credential, its secret and its owner.
//! Writes nothing: that it was used is noted in memory. Access tokens of ours are read by [`crate::oauth`].

use crate::{Caller, Challenge, Result, Service, ServiceError};
use domain::{
    Timestamp,
    access::{Actor, Limit, Origin},
    account::{Org, ServiceAccount, User},
    credential::{Credential, CredentialKind, Owner, SecretState, Status},
    ids::SecretId,
    scope::{ALL, ScopeSet, catalogue::defined},
    secret::{PlainSecret, parse},
};
use std::net::IpAddr;
use store::{Presented, PresentedOwner};

/// A caller recognised by a credential, with what the reply may say of it.
#[derive(Debug)]
pub struct Authenticated {
    /// Who calls.
    pub caller: Caller,
    /// The credential that was presented.
    pub credential: Credential,
    /// Its organisation.
    pub org: Org,
    /// The person it represents, if any.
    pub user: Option<User>,
    /// The service account it represents, if any.
    pub service_account: Option<ServiceAccount>,
    /// When the presented secret stops, because another is taking its place.
    pub retires_at: Option<Timestamp>,
    /// The scopes of what was presented: the credential's, or the access token's.
    pub scopes: ScopeSet,
    /// When what was presented ends.
    pub expires_at: Option<Timestamp>,
}

/// Where a secret is presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// An API of ours, which client secrets do not open.
    Api,
    /// The token service.
    TokenService,
}

pub(crate) fn refuse(why: &'static str) -> ServiceError {
    ServiceError::Unauthenticated(Challenge::Invalid(why))
}

pub(crate) const UNKNOWN: &str = "The token is malformed or unknown.";

impl Service {
    /// Recognises a presented secret, or an access token for Mintmark's own API. Unknown and malformed ones are refused in
    /// the same words.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`]; [`ServiceError::Forbidden`] with `ip_not_allowed`; or
    /// [`ServiceError::Unavailable`] when nothing can be said: never a yes.
    pub async fn authenticate(&self, secret: &PlainSecret, origin: Origin) -> Result<Authenticated> {
        // Every JSON object begins with `{"`, in base64url `ey`; no brand can be followed by a point.
        if secret.expose().starts_with("ey") && secret.expose().contains('.') {
            return self.authenticate_access_token(secret.expose(), origin).await;
        }
        self.recognise(secret, origin, Door::Api).await
    }

    /// Recognises a secret of ours.
    pub(crate) async fn recognise(&self, secret: &PlainSecret, origin: Origin, door: Door) -> Result<Authenticated> {
        let presented = self.look_up(secret).await?.ok_or_else(|| refuse(UNKNOWN))?;
        let secret = presented.secret.ok_or_else(|| refuse(UNKNOWN))?;
        check_status(&presented.credential, self.now())?;
        if door == Door::Api && presented.credential.kind() == CredentialKind::Client {
            return Err(refuse("A client secret is for the token endpoint. Exchange it for an access token."));
        }
        let retires_at = check_secret(&presented.credential, secret, self.now())?;
        check_network(&presented.credential, origin.ip)?;
        let (org, ip) = (presented.org.id, origin.ip);
        let authenticated = authenticated(presented, origin, retires_at, None)?;
        self.inner.usage.note(org, secret, self.now(), ip);
        Ok(authenticated)
    }

    /// The credential that a secret belongs to, whatever its state and wherever it is. Looking is not a use of it.
    pub(crate) async fn look_up(&self, secret: &PlainSecret) -> Result<Option<Presented>> {
        if parse(&self.inner.brand, secret.expose()).is_err() {
            return Ok(None);
        }
        for pepper in &self.inner.peppers {
            if let Some(found) = self.inner.db.presented(&pepper.verifier(secret)).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Whether the credential may be used from this address; one that is limited may not be used from an unknown one.
pub(crate) fn check_network(credential: &Credential, ip: Option<IpAddr>) -> Result<()> {
    if credential.networks.allows(ip) {
        return Ok(());
    }
    Err(ServiceError::Forbidden {
        code: "ip_not_allowed",
        detail: "The credential may not be used from this address. Its allow-list names the networks that may.",
    })
}

/// Whether the credential works at `now`.
pub(crate) fn check_status(credential: &Credential, now: Timestamp) -> Result<()> {
    match credential.status(now) {
        Status::Active | Status::ExpiresSoon => Ok(()),
        Status::Disabled => Err(refuse("The token is disabled.")),
        Status::Revoked => Err(refuse("The token was revoked.")),
        Status::Expired => Err(refuse("The token has expired.")),
    }
}

/// Whether this secret of the credential works at `now`; then when it retires.
fn check_secret(credential: &Credential, presented: SecretId, now: Timestamp) -> Result<Option<Timestamp>> {
    let secret = credential.secrets.iter().find(|secret| secret.id == presented);
    match secret.map(|secret| (credential.secret_state(secret, now), credential.retires_at(secret))) {
        None | Some((SecretState::Retired, _)) => Err(refuse("The token was replaced by a newer one and has retired.")),
        Some((SecretState::Retiring, retires_at)) => Ok(retires_at),
        Some(_) => Ok(None),
    }
}

/// What a recognised credential is allowed now; with `access_token`, no more than those scopes until then.
pub(crate) fn authenticated(
    presented: Presented,
    origin: Origin,
    retires_at: Option<Timestamp>,
    access_token: Option<(ScopeSet, Timestamp)>,
) -> Result<Authenticated> {
    let Presented { credential, org, owner, api_scopes, .. } = presented;
    let is_access_token = access_token.is_some();
    let (scopes, expires_at) = match access_token {
        None => (credential.scopes.clone(), credential.expires_at),
        Some((scopes, end)) if credential.scopes.contains(ALL) => (scopes, Some(end)),
        Some((scopes, end)) => (scopes.intersection(&credential.scopes), Some(end)),
    };
    let limit = Limit {
        // A scope that no API defines any more is text and grants nothing.
        scopes: defined(&scopes, &api_scopes),
        resources: credential.resources.clone(),
        // What it issues may live as long as the credential, not as the minutes of an access token.
        expires_at: credential.expires_at,
        is_access_token,
    };
    let label = (credential.id, credential.name.clone());
    let (actor, user, service_account) = match owner {
        PresentedOwner::Application => (Actor::application(org.id, label, limit), None, None),
        PresentedOwner::User { user, role: Some(role) } => {
            let owner = Owner::User(user.id);
            (Actor::on_behalf(owner, user.name.clone(), org.id, role, &api_scopes, label, limit), Some(user), None)
        }
        PresentedOwner::User { role: None, .. } => {
            return Err(refuse("The token's owner is no longer a member of its organisation."));
        }
        PresentedOwner::ServiceAccount(account) => {
            let owner = Owner::ServiceAccount(account.id);
            let actor = Actor::on_behalf(owner, account.name.clone(), org.id, account.role, &api_scopes, label, limit);
            (actor, None, Some(account))
        }
    };
    Ok(Authenticated {
        caller: Caller { actor, origin },
        credential,
        org,
        user,
        service_account,
        retires_at,
        scopes,
        expires_at,
    })
}
