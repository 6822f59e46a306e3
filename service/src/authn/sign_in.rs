//! Signing in with a password.
//!
//! Owns: giving one answer, after the same work, to an unknown address and a wrong password.

use super::{sign_up::MAX_ACCOUNTS, throttle::Attempt};
use crate::{Challenge, Password, Result, Service, ServiceError};
use domain::{
    ClientPrefix, EmailAddress,
    access::{Action, Actor, Origin},
    account::{Org, User},
    audit::{AuditAction, AuditEvent, Target},
    ids::{EventId, SessionId},
    scope::ScopeSet,
};
use serde_json::json;

/// Somebody who has just proved who they are. Give it to [`super::session::start`].
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The organisation they start in.
    pub org: Org,
    /// The public id of the session to start.
    pub session: SessionId,
}

const WRONG: ServiceError =
    ServiceError::Unauthenticated(Challenge::Invalid("The address or the password is not right."));

impl Service {
    /// Checks the password and records that a session starts.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`], the same for every reason, or [`ServiceError::RateLimited`].
    ///
    /// `device`: the cookie of [`Service::remember_device`], if the browser has one.
    pub async fn sign_in(
        &self,
        email: &str,
        password: Password,
        origin: &Origin,
        device: Option<&str>,
    ) -> Result<SignedIn> {
        // Read as it was stored: earlier rules for new addresses were looser.
        let Ok(email) = email.parse::<EmailAddress>() else { return Err(WRONG) };
        let inner = &self.inner;
        let attempt =
            Attempt { account: &email, client: ClientPrefix::of(origin.ip), device: self.known_device(device, &email) };
        inner
            .throttle
            .attempt(&attempt, inner.sources.now())
            .map_err(|retry_after_seconds| ServiceError::RateLimited { retry_after_seconds })?;
        let mut accounts = inner.db.accounts_of(&email, MAX_ACCOUNTS).await?;
        let passwords = accounts.iter().map(|account| account.password.clone()).collect();
        let Some(place) = inner.hasher.find(password, passwords).await? else {
            self.note_failed_sign_in(accounts.first().map(|account| &account.user), origin);
            return Err(WRONG);
        };
        let user = accounts.swap_remove(place).user;
        let membership = inner.db.memberships_of(user.id).await?.into_iter().next();
        let Some(membership) = membership else {
            return Err(ServiceError::Refused {
                code: "no_organisation",
                detail: "Your account belongs to no organisation any more. Ask an owner to invite you.",
            });
        };
        inner.throttle.succeeded(&attempt);
        let now = inner.sources.now();
        let session = SessionId::new(now, inner.sources.entropy());
        let nothing = ScopeSet::default();
        let actor =
            Actor::person(user.id, user.name.clone(), membership.org.id, membership.role, &nothing, Some(session));
        let permit = actor.permit(Action::StartSession, origin)?;
        let tx = inner.db.write(&permit).await?;
        self.commit(
            tx,
            AuditEvent {
                id: EventId::new(now, inner.sources.entropy()),
                at: now,
                action: AuditAction::SessionStarted,
                target: Target::from(session),
                detail: json!({ "method": "password" }),
            },
        )
        .await?;
        Ok(SignedIn { user, org: membership.org, session })
    }
}
