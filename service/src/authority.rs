//! Asking, inside the transaction of a change, whether the caller may come by what it makes.
//!
//! Owns: who the caller and the owner are at that moment, whatever the caller was when the request began. Never: the rule,
//! which is [`domain::access::may_obtain`].

use crate::{Result, Service, ServiceError};
use domain::{
    access::{Actor, Bounds, Denied, Door, MemberRole, Obtained, may_obtain},
    credential::{Credential, Owner},
    ids::CredentialId,
    scope::{ALL, ScopeSet, catalogue::defined},
};
use store::{ReadTx, StoreError};

/// What is asked about, as far as the caller of [`Service::check_obtain`] knows it.
pub(crate) struct Asked {
    pub(crate) owner: Owner,
    pub(crate) scopes: ScopeSet,
    pub(crate) bounds: Bounds,
    pub(crate) existing: Option<CredentialId>,
}

impl Asked {
    /// The whole of a credential.
    pub(crate) fn of(credential: &Credential) -> Self {
        Self {
            owner: credential.owner,
            scopes: credential.scopes.clone(),
            bounds: credential.into(),
            existing: Some(credential.id),
        }
    }
}

impl Service {
    /// Asks [`may_obtain`] with what is true in this transaction.
    ///
    /// # Errors
    /// As [`may_obtain`]; [`ServiceError::Missing`] for a caller who is no member any more.
    pub(crate) async fn check_obtain(&self, tx: &mut ReadTx, door: Door, asked: Asked) -> Result<()> {
        let actor = self.actor_now(tx).await?;
        let api_scopes = self.api_scopes_in(tx).await?;
        let role = self.role_now(tx, asked.owner).await?;
        // A scope that no API defines any more grants nothing.
        let named = defined(&asked.scopes, &api_scopes);
        let scopes = match role.as_ref().map(|role| role.scopes(&api_scopes)) {
            // Another secret holder gets what the owner's role allows now.
            Some(granted) if matches!(door, Door::Approve | Door::Transfer) => effective(&named, &granted),
            // The actor also gets what the owner's role may allow again.
            Some(granted) if named.contains(ALL) && actor.owner() != asked.owner => named.union(&granted),
            _ => named,
        };
        let works_elsewhere = match (asked.owner, asked.existing) {
            (Owner::User(_), Some(id)) => !tx.authorizations_of(id).await?.is_empty(),
            _ => false,
        };
        let Asked { owner, bounds, existing, .. } = asked;
        Ok(may_obtain(&actor, door, &Obtained { owner, role, scopes, bounds, existing, works_elsewhere })?)
    }

    /// The caller with the role and the limits that they have in this transaction.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] for a person who is no member any more.
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
        let api_scopes = self.api_scopes_in(tx).await?;
        Ok(actor.as_of_now(role, credential.as_ref(), &api_scopes))
    }

    /// What an owner is now; of a person who has left, what they were until their grace period ends.
    async fn role_now(&self, tx: &mut ReadTx, owner: Owner) -> Result<Option<MemberRole>> {
        let user = match owner {
            Owner::Organization => return Ok(None),
            Owner::ServiceAccount(account) => return Ok(Some(tx.service_account(account).await?.role.into())),
            Owner::User(user) => user,
        };
        match tx.member(user).await {
            Ok(member) => Ok(Some(member.role)),
            Err(StoreError::Missing) => Ok(tx.departure(user).await?.map(|left| left.departure.role)),
            Err(error) => Err(error.into()),
        }
    }
}

fn effective(scopes: &ScopeSet, granted: &ScopeSet) -> ScopeSet {
    if scopes.contains(ALL) { granted.clone() } else { scopes.intersection(granted) }
}

/// Refuses an access token before anything is looked up or replayed.
///
/// # Errors
/// [`ServiceError::Forbidden`] with `credential_required`.
pub(crate) fn refuse_access_token(actor: &Actor) -> Result<()> {
    if actor.is_access_token() { Err(Denied::CredentialItselfRequired.into()) } else { Ok(()) }
}
