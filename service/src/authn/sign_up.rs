//! Sign-up: creates a person and their first organization, which they own.
//!
//! Both are created together or not at all. If an account has proved the address, sign-up says that the address is
//! taken, because nothing else would help its owner. A cap for each client prevents trying out lists of addresses. An
//! account with an unproved address neither blocks a new one nor is revealed. [`SignUpMode`] decides who may sign up.

use super::SignedIn;
use crate::{Password, Result, ServiceError, limits::Cap, orgs::insert_with_free_slug, use_cases::Accounts};
use domain::{
    ClientPrefix, EmailAddress, Name, Slug,
    access::RequestContext,
    account::User,
    code::{FlawCode, ProblemCode},
    error::{FieldErrors, Flaw},
    ids::{SessionId, UserId},
};
use store::{Constraint, StoreError};

/// The data that a person enters to sign up.
pub struct SignUp {
    pub name: String,
    /// The email address for later sign-ins.
    pub email: String,
    pub password: Password,
    /// The name of their first organization. If empty, the person's name is used.
    pub organization: String,
    /// The organization's slug. If `None`, it is derived from the name, with a suffix if it is taken.
    pub slug: Option<Slug>,
}

/// The error for a taken slug at `pointer`.
pub(crate) fn slug_taken(pointer: &str) -> ServiceError {
    let flaw = Flaw::new(FlawCode::SlugTaken, "An organization with this slug exists. Choose another slug.");
    ServiceError::Invalid(FieldErrors::one(flaw.at(pointer)))
}

/// The number of accounts that may share an address that none of them has proved.
pub(crate) const MAX_ACCOUNTS: u32 = 100;
/// The wait after [`MAX_ACCOUNTS`] accounts with one address. Proving the address needs no wait.
const WAIT_SECONDS: u32 = 86_400;

/// The proof that a new account's address belongs to its owner.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    None,
    /// No proof, and accepted only for the first account of the installation.
    First,
    /// The operator at the console confirms the address.
    Console,
}

struct Checked {
    name: Name,
    email: EmailAddress,
    organization: Name,
}

fn check(request: &SignUp) -> std::result::Result<Checked, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.check("/name", Name::parse(&request.name));
    let email = errors.check("/email", EmailAddress::parse(&request.email));
    errors.check("/password", request.password.check());
    let organization = match request.organization.trim() {
        "" => name.clone(),
        text => errors.check("/organization", Name::parse(text)),
    };
    match (name, email, organization) {
        (Some(name), Some(email), Some(organization)) if errors.is_empty() => Ok(Checked { name, email, organization }),
        _ => Err(errors),
    }
}

fn taken() -> ServiceError {
    let flaw =
        Flaw::new(FlawCode::EmailTaken, "There is an account with this address. Sign in, or use another address.");
    ServiceError::Invalid(FieldErrors::one(flaw.at("/email")))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUpMode {
    #[default]
    Open,
    /// People whose address has an open invitation.
    Invite,
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
    code: ProblemCode::SignUpClosed,
    detail: "Nobody can create an account here. Ask the operator of this server.",
};
const INVITED_ONLY: ServiceError = ServiceError::Forbidden {
    code: ProblemCode::InvitationRequired,
    detail: "Only those who were invited can create an account. Use the address to which the invitation was sent.",
};

impl Accounts<'_> {
    /// Sets who may create an account. Only the first call counts.
    pub fn admit_sign_ups(self, mode: SignUpMode) {
        if self.service.inner.sign_up_mode.set(mode).is_err() {
            tracing::warn!("who may create an account was said before, and stays");
        }
    }

    /// Returns who may create an account now. The first account of an installation can always be created.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Unavailable`] if the database is not available.
    pub async fn sign_up_mode(self) -> Result<SignUpMode> {
        let mode = self.service.inner.sign_up_mode.get().copied().unwrap_or_default();
        if mode != SignUpMode::Open && self.service.is_empty().await? { Ok(SignUpMode::Open) } else { Ok(mode) }
    }

    /// Creates a user and their first organization.
    ///
    /// # Errors
    /// * [`ServiceError::Invalid`] with every flaw. A given slug that is taken is `slug_taken` at `/slug`.
    /// * [`ServiceError::RateLimited`] after many sign-ups from one client.
    /// * [`ServiceError::Forbidden`] with `sign_up_closed` or `invitation_required`.
    pub async fn sign_up(self, request: SignUp, context: &RequestContext) -> Result<SignedIn> {
        let checked = check(&request)?;
        let mode = self.service.inner.sign_up_mode.get().copied().unwrap_or_default();
        let is_first = mode != SignUpMode::Open && self.service.is_empty().await?;
        match mode {
            _ if is_first => {}
            SignUpMode::Open => {}
            SignUpMode::Closed => return Err(CLOSED),
            SignUpMode::Invite => {
                if !self.service.inner.db.is_invited(&checked.email, self.service.now()).await? {
                    return Err(INVITED_ONLY);
                }
            }
        }
        let client = ClientPrefix::of(context.ip);
        let caps = [Cap::SignUpsOfClient(client), Cap::SignUpsOfSite(client.site()), Cap::SignUps];
        let within = self.service.inner.caps.take(&caps, self.service.now());
        within.map_err(|retry_after_seconds| ServiceError::RateLimited { retry_after_seconds })?;
        let proof = if is_first { Proof::First } else { Proof::None };
        self.create_account(checked, request, context, proof).await
    }

    /// Signs up a person for the operator at the console. No mode and no cap applies.
    pub(crate) async fn sign_up_at_the_console(self, request: SignUp, context: &RequestContext) -> Result<SignedIn> {
        self.create_account(check(&request)?, request, context, Proof::Console).await
    }

    async fn create_account(
        self,
        checked: Checked,
        request: SignUp,
        context: &RequestContext,
        proof: Proof,
    ) -> Result<SignedIn> {
        let Checked { name, email, organization } = checked;
        let inner = &self.service.inner;
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
        // A person who knows the password has forgotten that they have an account. Other people must not learn of it.
        if others.iter().any(|other| other.password == hash) {
            return Err(taken());
        }
        let user = User { id: UserId::new(now, inner.sources.entropy()), name, email, created_at: now };
        let session = SessionId::new(now, inner.sources.entropy());
        let is_slug_given = request.slug.is_some();
        let created = insert_with_free_slug(
            self.service,
            &user,
            Some((&hash, proof)),
            organization,
            request.slug,
            session,
            context,
        )
        .await;
        let org = match created {
            Err(StoreError::Conflict(Constraint::UserEmail)) => return Err(taken()),
            Err(StoreError::Missing) if proof == Proof::First => return Err(CLOSED),
            Err(StoreError::Conflict(Constraint::OrgSlug)) if is_slug_given => return Err(slug_taken("/slug")),
            created => created?,
        };
        Ok(SignedIn { user, org, session })
    }
}
