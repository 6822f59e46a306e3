//! Recognising a caller by the credential they present.
//!
//! Owns: shape and checksum first, one look-up after, then the verdict on the credential, its secret and its owner.
//! Writes nothing: that it was used is noted in memory.

use crate::{Caller, Challenge, Result, Service, ServiceError};
use domain::{
    Timestamp,
    access::{Actor, Limit, Origin},
    account::{Org, ServiceAccount, User},
    credential::{Credential, CredentialKind, Owner, SecretState, Status},
    ids::SecretId,
    scope::catalogue::defined,
    secret::{PlainSecret, parse},
};
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
}

fn refuse(why: &'static str) -> ServiceError {
    ServiceError::Unauthenticated(Challenge::Invalid(why))
}

impl Service {
    /// Recognises a presented secret. Unknown and malformed ones are refused in the same words.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`]; [`ServiceError::Forbidden`] with `ip_not_allowed`; or
    /// [`ServiceError::Unavailable`] when nothing can be said: never a yes.
    pub async fn authenticate(&self, secret: &PlainSecret, origin: Origin) -> Result<Authenticated> {
        const UNKNOWN: &str = "The token is malformed or unknown.";
        let inner = &self.inner;
        parse(&inner.brand, secret.expose()).map_err(|_| refuse(UNKNOWN))?;
        let mut found = None;
        for pepper in &inner.peppers {
            found = inner.db.presented(&pepper.verifier(secret)).await?;
            if found.is_some() {
                break;
            }
        }
        let presented = found.ok_or_else(|| refuse(UNKNOWN))?;
        let retires_at = check(&presented.credential, presented.secret, self.now())?;
        if !presented.credential.networks.allows(origin.ip) {
            return Err(ServiceError::Forbidden {
                code: "ip_not_allowed",
                detail: "The credential may not be used from this address. Its allow-list names the networks that may.",
            });
        }
        let (org, secret, ip) = (presented.org.id, presented.secret, origin.ip);
        let authenticated = authenticated(presented, origin, retires_at)?;
        inner.usage.note(org, secret, self.now(), ip);
        Ok(authenticated)
    }
}

/// Whether the credential and its secret work at `now`; then when the secret retires.
fn check(credential: &Credential, presented: SecretId, now: Timestamp) -> Result<Option<Timestamp>> {
    match credential.status(now) {
        Status::Active | Status::ExpiresSoon => {}
        Status::Disabled => return Err(refuse("The token is disabled.")),
        Status::Revoked => return Err(refuse("The token was revoked.")),
        Status::Expired => return Err(refuse("The token has expired.")),
    }
    if credential.kind() == CredentialKind::Client {
        return Err(refuse("A client secret is for the token endpoint. Exchange it for an access token."));
    }
    let secret = credential.secrets.iter().find(|secret| secret.id == presented);
    match secret.map(|secret| (credential.secret_state(secret, now), credential.retires_at(secret))) {
        None | Some((SecretState::Retired, _)) => Err(refuse("The token was replaced by a newer one and has retired.")),
        Some((SecretState::Retiring, retires_at)) => Ok(retires_at),
        Some(_) => Ok(None),
    }
}

fn authenticated(presented: Presented, origin: Origin, retires_at: Option<Timestamp>) -> Result<Authenticated> {
    let Presented { credential, org, owner, api_scopes, .. } = presented;
    let limit = Limit {
        // A scope that no API defines any more is text and grants nothing.
        scopes: defined(&credential.scopes, &api_scopes),
        resources: credential.resources.clone(),
        expires_at: credential.expires_at,
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
    Ok(Authenticated { caller: Caller { actor, origin }, credential, org, user, service_account, retires_at })
}
