//! Signing up: a person and their first organisation, of which they are the owner.
//!
//! Owns: that both exist together or not at all. An address that is taken is said to be taken, as nothing else would
//! help its owner; the throttle of signing in keeps that from being a way to try out lists of addresses.

use super::SignedIn;
use crate::{Password, Result, Service, ServiceError, orgs::insert_with_free_slug};
use domain::{
    EmailAddress, Name, Slug,
    access::Origin,
    account::User,
    error::{FieldErrors, Flaw},
    ids::{SessionId, UserId},
};
use store::{Constraint, StoreError};

/// What a person who signs up gives.
pub struct SignUp {
    /// Their name.
    pub name: String,
    /// Their address, with which they will sign in.
    pub email: String,
    /// Their password.
    pub password: Password,
    /// The name of their first organisation; empty: their own name.
    pub organisation: String,
    /// The organisation's slug; none: suggested by its name, and numbered if that is taken.
    pub slug: Option<Slug>,
}

pub(crate) const SLUG_TAKEN: ServiceError =
    ServiceError::Refused { code: "slug_taken", detail: "An organisation with this slug exists." };

struct Checked {
    name: Name,
    email: EmailAddress,
    organisation: Name,
}

fn check(request: &SignUp) -> std::result::Result<Checked, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.check("/name", Name::parse(&request.name));
    let email = errors.check("/email", EmailAddress::parse(&request.email));
    errors.check("/password", request.password.check());
    let organisation = match request.organisation.trim() {
        "" => name.clone(),
        text => errors.check("/organisation", Name::parse(text)),
    };
    match (name, email, organisation) {
        (Some(name), Some(email), Some(organisation)) if errors.is_empty() => Ok(Checked { name, email, organisation }),
        _ => Err(errors),
    }
}

fn taken() -> ServiceError {
    let flaw = Flaw::new("email_taken", "There is an account with this address. Sign in, or use another address.");
    ServiceError::Invalid(FieldErrors::one(flaw.at("/email")))
}

impl Service {
    /// Creates a user and their first organisation.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every flaw, [`ServiceError::RateLimited`] after many taken addresses,
    /// [`ServiceError::Refused`] with `slug_taken` if a slug was given and is taken.
    pub async fn sign_up(&self, request: SignUp, origin: &Origin) -> Result<SignedIn> {
        let Checked { name, email, organisation } = check(&request)?;
        let inner = &self.inner;
        let now = inner.sources.now();
        inner
            .throttle
            .attempt(&email, origin.ip, now)
            .map_err(|retry_after_seconds| ServiceError::RateLimited { retry_after_seconds })?;
        if inner.db.password_of(&email).await?.is_some() {
            return Err(taken());
        }
        let hash = inner.hasher.hash(request.password).await?;
        let user = User { id: UserId::new(now, inner.sources.entropy()), name, email, created_at: now };
        let session = SessionId::new(now, inner.sources.entropy());
        let created =
            insert_with_free_slug(self, &user, Some(&hash), organisation, request.slug, session, origin).await;
        let org = match created {
            Err(StoreError::Conflict(Constraint::UserEmail)) => return Err(taken()),
            Err(StoreError::Conflict(Constraint::OrgSlug)) => {
                return Err(ServiceError::Refused {
                    code: "slug_taken",
                    detail: "An organisation with this slug exists.",
                });
            }
            created => created?,
        };
        inner.throttle.succeeded(&user.email, origin.ip);
        Ok(SignedIn { user, org, session })
    }
}
