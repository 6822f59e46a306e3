//! Sign-in with a password.
//!
//! Gives one answer, after equal work, for an unknown address and for a wrong password.

use super::{sign_up::MAX_ACCOUNTS, throttle::Attempt};
use crate::{Challenge, Password, Result, ServiceError, use_cases::Accounts};
use domain::{
    ClientPrefix, EmailAddress,
    access::{Action, Actor, RequestContext},
    account::{Org, User},
    audit::{AuditDetail, detail::Method},
    code::ProblemCode,
    ids::SessionId,
    scope::ScopeSet,
};

/// A person who has just signed in. Pass it to [`super::session::start`].
pub struct SignedIn {
    pub user: User,
    /// The organization in which the session starts.
    pub org: Org,
    /// The public id of the session to start.
    pub session: SessionId,
}

const WRONG: ServiceError =
    ServiceError::Unauthenticated(Challenge::Invalid("The address or the password is not right."));

impl Accounts<'_> {
    /// Checks the password and records the start of a session. `device` is the cookie of [`Accounts::remember_device`],
    /// if the browser has one.
    ///
    /// # Errors
    /// * [`ServiceError::Unauthenticated`], with one text for every reason.
    /// * [`ServiceError::RateLimited`] after too many failures.
    /// * [`ServiceError::Refused`] with `no_organization` if the account has no membership left.
    pub async fn sign_in(
        self,
        email: &str,
        password: Password,
        context: &RequestContext,
        device: Option<&str>,
    ) -> Result<SignedIn> {
        // Parses the address as it was stored, because earlier rules for new addresses were looser.
        let Ok(email) = email.parse::<EmailAddress>() else { return Err(WRONG) };
        let inner = &self.service.inner;
        let attempt = Attempt {
            account: &email,
            client: ClientPrefix::of(context.ip),
            device: self.known_device(device, &email),
        };
        inner
            .throttle
            .attempt(&attempt, inner.sources.now())
            .map_err(|retry_after_seconds| ServiceError::RateLimited { retry_after_seconds })?;
        let mut accounts = inner.db.accounts_of(&email, MAX_ACCOUNTS).await?;
        let passwords = accounts.iter().map(|account| account.password.clone()).collect();
        let Some(place) = inner.hasher.find(password, passwords).await? else {
            self.service.jobs().note_failed_sign_in(accounts.first().map(|account| &account.user), context);
            return Err(WRONG);
        };
        let user = accounts.swap_remove(place).user;
        let membership = inner.db.memberships_of(user.id).await?.into_iter().next();
        let Some(membership) = membership else {
            return Err(ServiceError::Refused {
                code: ProblemCode::NoOrganization,
                detail: "Your account belongs to no organization any more. Ask an owner to invite you.",
            });
        };
        inner.throttle.succeeded(&attempt);
        let now = inner.sources.now();
        let session = SessionId::new(now, inner.sources.entropy());
        let nothing = ScopeSet::default();
        let actor =
            Actor::person(user.id, user.name.clone(), membership.org.id, membership.role, &nothing, Some(session));
        let permit = actor.permit(Action::StartSession, context)?;
        let tx = inner.db.write(&permit).await?;
        let detail = AuditDetail::SessionStarted { method: Method::Password };
        self.service.commit(tx, self.service.event_at(now, session, &detail)).await?;
        Ok(SignedIn { user, org: membership.org, session })
    }
}
