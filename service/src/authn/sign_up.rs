//! Signing up: a person and their first organisation, of which they are the owner.
//!
//! Owns: that both exist together or not at all, and what an address that has accounts means. One that somebody has proved is
//! said to be taken, as nothing else would help its owner; a cap for each client keeps that from being a way to try out
//! lists of addresses. An account that has proved nothing neither blocks another one nor is told of. Who may sign up at all
//! is a setting of the installation ([`SignUpMode`]).

use super::SignedIn;
use crate::{Password, Result, Service, ServiceError, limits::Cap, orgs::insert_with_free_slug};
use domain::{
    ClientPrefix, EmailAddress, Name, Slug,
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
    /// The organisation's slug; none: suggested by its name, with a suffix if that is taken.
    pub slug: Option<Slug>,
}

/// The slug that was given at `pointer` is taken.
pub(crate) fn slug_taken(pointer: &str) -> ServiceError {
    let flaw = Flaw::new("slug_taken", "An organization with this slug exists. Choose another slug.");
    ServiceError::Invalid(FieldErrors::one(flaw.at(pointer)))
}

/// How many accounts can have an address that none of them has proved.
pub(crate) const MAX_ACCOUNTS: u32 = 100;
/// After that many, whoever wants another one waits; proving the address needs no waiting.
const WAIT_SECONDS: u32 = 86_400;

/// Who says that the address of a new account is its owner's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Nobody.
    None,
    /// Nobody, and it is let in as the first of the installation alone.
    First,
    /// Whoever is at the console.
    Console,
}

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

/// Who may create an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUpMode {
    /// Everybody.
    #[default]
    Open,
    /// Those whose address has an open invitation.
    Invite,
    /// Nobody.
    Closed,
}

impl std::str::FromStr for SignUpMode {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, &'static str> {
        match text {
            "open" => Ok(Self::Open),
            "invite" => Ok(Self::Invite),
            "closed" => Ok(Self::Closed),
            _ => Err("must be open, invite or closed"),
        }
    }
}

const CLOSED: ServiceError = ServiceError::Forbidden {
    code: "sign_up_closed",
    detail: "Nobody can create an account here. Ask the operator of this server.",
};
const INVITED_ONLY: ServiceError = ServiceError::Forbidden {
    code: "invitation_required",
    detail: "Only those who were invited can create an account. Use the address to which the invitation was sent.",
};

impl Service {
    /// Says who may create an account from now on; the first that is said counts.
    pub fn admit_sign_ups(&self, mode: SignUpMode) {
        if self.inner.sign_up_mode.set(mode).is_err() {
            tracing::warn!("who may create an account was said before, and stays");
        }
    }

    /// Who may create an account now. The first account of an installation can always be created.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`].
    pub async fn sign_up_mode(&self) -> Result<SignUpMode> {
        let mode = self.inner.sign_up_mode.get().copied().unwrap_or_default();
        if mode != SignUpMode::Open && self.is_empty().await? { Ok(SignUpMode::Open) } else { Ok(mode) }
    }

    /// Creates a user and their first organisation.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every flaw, and with `slug_taken` at `/slug` if a slug was given and is taken,
    /// [`ServiceError::RateLimited`] after many sign-ups from there, [`ServiceError::Forbidden`] with `sign_up_closed` or
    /// `invitation_required`.
    pub async fn sign_up(&self, request: SignUp, origin: &Origin) -> Result<SignedIn> {
        let checked = check(&request)?;
        let mode = self.inner.sign_up_mode.get().copied().unwrap_or_default();
        let is_first = mode != SignUpMode::Open && self.is_empty().await?;
        match mode {
            _ if is_first => {}
            SignUpMode::Open => {}
            SignUpMode::Closed => return Err(CLOSED),
            SignUpMode::Invite => {
                if !self.inner.db.is_invited(&checked.email, self.now()).await? {
                    return Err(INVITED_ONLY);
                }
            }
        }
        let client = ClientPrefix::of(origin.ip);
        let caps = [Cap::SignUpsOfClient(client), Cap::SignUpsOfSite(client.site()), Cap::SignUps];
        let within = self.inner.caps.take(&caps, self.now());
        within.map_err(|retry_after_seconds| ServiceError::RateLimited { retry_after_seconds })?;
        let proof = if is_first { Proof::First } else { Proof::None };
        self.create_account(checked, request, origin, proof).await
    }

    /// The same for an operator, who is held up by nothing.
    pub(crate) async fn sign_up_at_the_console(&self, request: SignUp, origin: &Origin) -> Result<SignedIn> {
        self.create_account(check(&request)?, request, origin, Proof::Console).await
    }

    async fn create_account(
        &self,
        checked: Checked,
        request: SignUp,
        origin: &Origin,
        proof: Proof,
    ) -> Result<SignedIn> {
        let Checked { name, email, organisation } = checked;
        let inner = &self.inner;
        let now = inner.sources.now();
        let others = inner.db.accounts_of(&email, MAX_ACCOUNTS).await?;
        if others.iter().any(|other| other.is_proved) {
            return Err(taken());
        }
        if others.len() >= MAX_ACCOUNTS as usize && proof != Proof::Console {
            return Err(ServiceError::RateLimited { retry_after_seconds: WAIT_SECONDS });
        }
        let beside = others.first().map(|other| other.password.clone());
        let hash = inner.hasher.hash_beside(request.password, beside).await?;
        // Whoever knows its password has forgotten that they have an account; nobody else is told of it.
        if others.iter().any(|other| other.password == hash) {
            return Err(taken());
        }
        let user = User { id: UserId::new(now, inner.sources.entropy()), name, email, created_at: now };
        let session = SessionId::new(now, inner.sources.entropy());
        let is_slug_given = request.slug.is_some();
        let created =
            insert_with_free_slug(self, &user, Some((&hash, proof)), organisation, request.slug, session, origin).await;
        let org = match created {
            Err(StoreError::Conflict(Constraint::UserEmail)) => return Err(taken()),
            Err(StoreError::Missing) if proof == Proof::First => return Err(CLOSED),
            Err(StoreError::Conflict(Constraint::OrgSlug)) if is_slug_given => return Err(slug_taken("/slug")),
            created => created?,
        };
        Ok(SignedIn { user, org, session })
    }
}
