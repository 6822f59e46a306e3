//! Recognising a caller by the credential they present.
//!
//! Owns: shape and checksum first, one look-up after, then the verdict on the credential and its owner. Writes
//! nothing: that it was used is noted in memory.

use crate::{Caller, Challenge, Result, Service, ServiceError};
use domain::{
    access::{Actor, Limit, Origin},
    account::{Org, User},
    credential::{Credential, Status},
    secret::{PlainSecret, parse},
};

/// A caller recognised by a credential, with what the reply may say of it.
#[derive(Debug)]
pub struct Authenticated {
    /// Who calls.
    pub caller: Caller,
    /// The credential that was presented.
    pub credential: Credential,
    /// Its organisation.
    pub org: Org,
    /// Whom it represents, if anybody.
    pub user: Option<User>,
}

fn refuse(why: &'static str) -> ServiceError {
    ServiceError::Unauthenticated(Challenge::Invalid(why))
}

impl Service {
    /// Recognises a presented secret. Unknown and malformed ones are refused in the same words.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`], or [`ServiceError::Unavailable`] when nothing can be said: never a yes.
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
        match presented.credential.status(self.now()) {
            Status::Active | Status::ExpiresSoon => {}
            Status::Revoked => return Err(refuse("The token was revoked.")),
            Status::Expired => return Err(refuse("The token has expired.")),
        }
        let (Some(user), Some(role)) = (presented.user, presented.role) else {
            return Err(refuse("The token's owner is no longer a member of its organisation."));
        };
        let credential = presented.credential;
        let limit = Limit { scopes: credential.scopes.clone(), expires_at: credential.expires_at };
        let label = (credential.id, credential.name.clone());
        let actor = Actor::credential(user.id, user.name.clone(), presented.org.id, role, label, limit);
        self.inner.usage.note(presented.org.id, presented.secret, self.now(), origin.ip);
        Ok(Authenticated { caller: Caller { actor, origin }, credential, org: presented.org, user: Some(user) })
    }
}
