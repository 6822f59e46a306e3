//! Checks, in the transaction of a change, whether the caller may obtain the result.
//!
//! Owns the state of the caller and of the owner at that moment. Their state at the start of the request does not
//! count. The rule itself is [`domain::access::may_obtain`].

use crate::{Result, Service, ServiceError};
use domain::{
    access::{Actor, Bound, Bounds, Denied, Door, MemberRole, Obtained, may_obtain},
    code::ProblemCode,
    credential::{Credential, Owner},
    ids::{CredentialId, UserId},
    scope::{ALL, ScopeSet, catalog::defined},
};
use store::{ReadTx, StoreError};

/// The credential that [`Service::check_obtain`] decides about, as far as the calling function knows it.
pub(crate) struct Asked {
    pub(crate) owner: Owner,
    pub(crate) scopes: ScopeSet,
    pub(crate) bounds: Bounds,
    pub(crate) existing: Option<CredentialId>,
}

impl Asked {
    /// Asks for everything that a credential grants.
    pub(crate) fn of(credential: &Credential) -> Self {
        Self {
            owner: credential.owner,
            scopes: credential.grant.scopes.clone(),
            bounds: credential.into(),
            existing: Some(credential.id),
        }
    }
}

impl Service {
    /// Calls [`may_obtain`] with the facts of this transaction.
    ///
    /// # Errors
    /// Fails with the errors of [`may_obtain`], or with [`ServiceError::Missing`] if the caller is a former member.
    pub(crate) async fn check_obtain(&self, tx: &mut ReadTx, door: Door, asked: Asked) -> Result<()> {
        let actor = self.actor_now(tx).await?;
        let rolls_itself = door == Door::Reveal && asked.existing.is_some() && asked.existing == actor.credential();
        if let Some(user) = actor.user().filter(|_| !rolls_itself) {
            refuse_former_member(tx, user).await?;
        }
        let api_scopes = tx.api_scopes().await?;
        let role = self.role_now(tx, asked.owner).await?;
        // A scope that no API defines any more grants nothing.
        let named = defined(&asked.scopes, &api_scopes);
        let scopes = match role.as_ref().map(|role| role.scopes(&api_scopes)) {
            // Another person holds the secret, and gets only what the owner's role allows now.
            Some(granted) if matches!(door, Door::Approve | Door::Transfer) => effective(&named, &granted),
            // A secret with `all` also gets what the owner's role allows later, so `all` itself is checked too.
            Some(granted) if named.contains(ALL) && actor.owner() != asked.owner => named.union(&granted),
            _ => named,
        };
        let works_elsewhere = match (asked.owner, asked.existing) {
            (Owner::User(_), Some(id)) => !tx.authorizations_of(id).await?.is_empty(),
            _ => false,
        };
        let Asked { owner, bounds, existing, .. } = asked;
        may_obtain(&actor, door, &Obtained { owner, role, scopes, bounds, existing, works_elsewhere }).map_err(
            |denied| {
                // Other errors are recorded with their code where the reply is made.
                if let Denied::MissingScope { accepted, granted } = &denied {
                    self.record_missing_scopes_later(tx.permit(), &accepted.difference(granted), &denied);
                }
                denied.into()
            },
        )
    }

    /// Returns the caller with their role and limits in this transaction.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the caller is a former member.
    pub(crate) async fn actor_now(&self, tx: &mut ReadTx) -> Result<Actor> {
        let actor = tx.permit().actor().clone();
        let role = match (actor.user(), actor.credential()) {
            (Some(user), None) => Some(tx.member(user).await?.role),
            _ => self.role_now(tx, actor.owner()).await?,
        };
        if role.is_none() && actor.owner() != Owner::Organization {
            return Err(ServiceError::Missing);
        }
        let credential = match actor.credential() {
            Some(id) => Some(tx.credential(id).await?),
            None => None,
        };
        let api_scopes = tx.api_scopes().await?;
        Ok(actor.as_of_now(role, credential.as_ref(), &api_scopes))
    }

    /// Returns the role of an owner now. A former member keeps their last role until the grace period ends.
    async fn role_now(&self, tx: &mut ReadTx, owner: Owner) -> Result<Option<MemberRole>> {
        let user = match owner {
            Owner::Organization => return Ok(None),
            Owner::ServiceAccount(account) => return Ok(Some(tx.service_account(account).await?.role.into())),
            Owner::User(user) => user,
        };
        match tx.member(user).await {
            Ok(member) => Ok(Some(member.role)),
            Err(StoreError::Missing) => Ok(tx.offboarding(user).await?.map(|left| left.offboarding.role)),
            Err(error) => Err(error.into()),
        }
    }
}

/// Rejects former members. Their tokens may be used in the grace period, but obtain nothing new.
async fn refuse_former_member(tx: &mut ReadTx, user: UserId) -> Result<()> {
    match tx.member(user).await {
        Ok(_) => Ok(()),
        Err(StoreError::Missing) => Err(ServiceError::Forbidden {
            code: ProblemCode::FormerMember,
            detail: "The owner of this token has left the organization. The token works until the grace period ends, but it can't create or widen credentials.",
        }),
        Err(error) => Err(error.into()),
    }
}

/// Rejects a limited credential, because a rule for everyone would not be limited in that way.
///
/// # Errors
/// Fails with [`ServiceError::Forbidden`] with `credential_required`, or with the code of the limit.
pub(crate) fn refuse_limited(actor: &Actor) -> Result<()> {
    refuse_access_token(actor)?;
    actor.bounds().and_then(Bounds::first).map_or(Ok(()), |bound| Err(limited(bound)))
}

/// The error for a limited credential that would create something without that limit.
pub(crate) fn limited(bound: Bound) -> ServiceError {
    let detail = match bound {
        Bound::Lifetime => {
            "This role has rights over the organization and does not end, but your credential does. Use a credential without an end, or the browser."
        }
        _ => {
            "Your credential is limited, and this would not be. Use a live credential without resources, IP allowlist, rate limit and quota, or the browser."
        }
    };
    ServiceError::Forbidden { code: bound.code(), detail }
}

fn effective(scopes: &ScopeSet, granted: &ScopeSet) -> ScopeSet {
    if scopes.contains(ALL) { granted.clone() } else { scopes.intersection(granted) }
}

/// Rejects an access token before anything is looked up or replayed.
///
/// # Errors
/// Fails with [`ServiceError::Forbidden`] with `credential_required`.
pub(crate) fn refuse_access_token(actor: &Actor) -> Result<()> {
    if actor.is_access_token() { Err(Denied::CredentialItselfRequired.into()) } else { Ok(()) }
}
