//! Actors: a person in a browser, a credential, or a job of Mintmark. A credential acts for a person, a service account
//! or the organization.
//!
//! This module knows the effective scopes of an actor. For a credential, these are the scopes that both the credential
//! and its owner have. It is the only place that makes a [`Permit`].

use super::{Action, Bound, Bounds, MemberRole, Permit, Reach, RequestContext};
use crate::{
    Name, Timestamp,
    credential::{CreatedBy, Credential, Owner},
    ids::{CredentialId, OrgId, SessionId, UserId},
    operation::UserContext,
    scope::{ALL, ScopeSet, catalog::defined},
    secret::Environment,
};

/// How the actor was authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person in a browser session, or during sign-up or sign-in.
    Person {
        /// The session, once it exists.
        session: Option<SessionId>,
    },
    Credential {
        id: CredentialId,
        /// The name at the time of the call.
        name: Name,
    },
    /// Mintmark itself, in a job that no user requested.
    System {
        /// The name of the job, in snake case.
        job: &'static str,
    },
}

/// The restrictions of a credential, in addition to the rights of its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    pub scopes: ScopeSet,
    /// The restrictions besides scopes.
    pub bounds: Bounds,
    /// Whether the caller presented an access token instead of the credential's own secret.
    pub is_access_token: bool,
}

impl Limit {
    /// Returns the part of `granted` that the limit leaves. The scope `all` limits nothing.
    fn of(&self, granted: ScopeSet) -> ScopeSet {
        if self.scopes.contains(ALL) { granted } else { granted.intersection(&self.scopes) }
    }
}

/// An authenticated caller in one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    owner: Owner,
    name: Name,
    org: OrgId,
    role: Option<MemberRole>,
    holds: ScopeSet,
    principal: Principal,
    limit: Option<Limit>,
}

/// The reason why the actor may not perform an action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// A scope is missing from the credential or from the role.
    #[error("a scope is missing")]
    MissingScope {
        /// The scopes that would be accepted.
        accepted: ScopeSet,
        /// The scopes that the actor holds.
        granted: ScopeSet,
    },
    /// Only a person who is signed in may do this.
    #[error("a signed-in person is needed")]
    PersonRequired,
    /// The action needs a user, and the credential represents none.
    #[error("a credential that represents a person is needed")]
    UserContextRequired,
    /// The result would exceed a bound of the calling credential.
    #[error("it goes beyond a bound of the credential that asks")]
    Beyond(Bound),
    /// The action reaches the credentials of others, and the actor's role does not.
    #[error("it reaches further than the actor")]
    BeyondReach,
    /// The token belongs to another person, and only that person may see its secret.
    #[error("it belongs to another person")]
    NotTheOwner,
    /// An access token cannot do this, but the credential that it comes from can.
    #[error("the credential itself is needed")]
    CredentialItselfRequired,
    /// The action is reserved for jobs and the actor is none, or the reverse.
    #[error("this is not for this kind of actor")]
    WrongActor,
}

impl Actor {
    /// Makes the actor for a person. `api_scopes` are the scopes that the APIs in the organization's catalog define.
    pub fn person(
        user: UserId,
        name: Name,
        org: OrgId,
        role: impl Into<MemberRole>,
        api_scopes: &ScopeSet,
        session: Option<SessionId>,
    ) -> Self {
        let role = role.into();
        let holds = role.scopes(api_scopes);
        let principal = Principal::Person { session };
        Self { owner: Owner::User(user), name, org, role: Some(role), holds, principal, limit: None }
    }

    /// Makes the actor for a credential that represents a person or a service account with this role.
    pub fn on_behalf(
        owner: Owner,
        name: Name,
        org: OrgId,
        role: impl Into<MemberRole>,
        api_scopes: &ScopeSet,
        (id, label): (CredentialId, Name),
        limit: Limit,
    ) -> Self {
        let role = role.into();
        let holds = limit.of(role.scopes(api_scopes));
        Self {
            owner,
            name,
            org,
            role: Some(role),
            holds,
            principal: Principal::Credential { id, name: label },
            limit: Some(limit),
        }
    }

    /// Makes the actor for a credential of the organization itself.
    pub fn application(org: OrgId, (id, label): (CredentialId, Name), limit: Limit) -> Self {
        Self {
            owner: Owner::Organization,
            name: label.clone(),
            org,
            role: None,
            holds: limit.scopes.clone(),
            principal: Principal::Credential { id, name: label },
            limit: Some(limit),
        }
    }

    /// Makes the actor for a job. It has no scopes, and can perform only actions for which [`Action::is_for_jobs`] is
    /// true.
    pub fn system(org: OrgId, job: &'static str) -> Self {
        Self {
            owner: Owner::Organization,
            name: Name::fixed(job),
            org,
            role: None,
            holds: ScopeSet::default(),
            principal: Principal::System { job },
            limit: None,
        }
    }

    /// Returns the owner whose rights apply.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// Returns the person that the actor is or represents.
    pub fn user(&self) -> Option<UserId> {
        match self.owner {
            Owner::User(user) => Some(user),
            Owner::Organization | Owner::ServiceAccount(_) => None,
        }
    }

    /// Returns the name of the person, service account or application.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Returns the organization in which the actor works.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Returns the role in the organization. An application has none.
    pub fn role(&self) -> Option<&MemberRole> {
        self.role.as_ref()
    }

    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Returns the browser session, if the actor uses one.
    pub fn session(&self) -> Option<SessionId> {
        match self.principal {
            Principal::Person { session } => session,
            Principal::Credential { .. } | Principal::System { .. } => None,
        }
    }

    /// Returns the calling credential, if there is one.
    pub fn credential(&self) -> Option<CredentialId> {
        match self.principal {
            Principal::Person { .. } | Principal::System { .. } => None,
            Principal::Credential { id, .. } => Some(id),
        }
    }

    /// Returns whether the caller presented an access token. It lives for minutes, so it must not lead to a secret of
    /// its credential.
    pub fn is_access_token(&self) -> bool {
        self.limit.as_ref().is_some_and(|limit| limit.is_access_token)
    }

    /// Returns the actor as the creator of a credential: the owner, the application's credential, or the job.
    pub fn as_creator(&self) -> CreatedBy {
        let id = match (&self.principal, self.owner) {
            (Principal::Credential { id, .. }, Owner::Organization) => id.to_string(),
            (Principal::System { job }, _) => (*job).to_owned(),
            _ => self.owner.id(self.org),
        };
        CreatedBy { id, name: self.name.clone() }
    }

    /// Returns when the calling credential ends. `None` for a person, and for a credential without an end.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.limit.as_ref().and_then(|limit| limit.bounds.ends_at)
    }

    /// Returns the effective scopes, with `all` expanded. For a credential, these are scopes that its owner has too.
    pub fn holds(&self) -> ScopeSet {
        self.holds.clone()
    }

    /// Returns the bounds of the calling credential, or `None` for a person.
    pub fn bounds(&self) -> Option<&Bounds> {
        self.limit.as_ref().map(|limit| &limit.bounds)
    }

    /// Returns the actor with the owner's current role. If the caller presented `credential` itself, its current scopes
    /// and bounds apply too.
    #[must_use]
    pub fn as_of_now(&self, role: Option<MemberRole>, credential: Option<&Credential>, api_scopes: &ScopeSet) -> Self {
        let mut limit = self.limit.clone();
        if let (Some(limit), Some(credential)) = (&mut limit, credential)
            && !limit.is_access_token
        {
            limit.scopes = defined(&credential.grant.scopes, api_scopes);
            limit.bounds = Bounds { ends_at: limit.bounds.ends_at, ..credential.into() };
        }
        let holds = match (&role, &limit) {
            (Some(role), Some(limit)) => limit.of(role.scopes(api_scopes)),
            (Some(role), None) => role.scopes(api_scopes),
            (None, Some(limit)) => limit.scopes.clone(),
            (None, None) => ScopeSet::default(),
        };
        Self { role, holds, limit, ..self.clone() }
    }

    /// Returns an actor for another credential with the owner, scopes and resources of this one.
    #[must_use]
    pub fn alike(&self, (id, label): (CredentialId, Name), env: Environment, expires_at: Option<Timestamp>) -> Self {
        let limit = self.limit.clone().map(|mut limit| {
            limit.bounds.env = env;
            limit.bounds.ends_at = expires_at;
            limit
        });
        let name = if self.owner == Owner::Organization { label.clone() } else { self.name.clone() };
        Self { name, principal: Principal::Credential { id, name: label }, limit, ..self.clone() }
    }

    /// Shares memory with the sets in `known` that are equal to scope sets of this actor.
    #[must_use]
    pub fn sharing(mut self, known: &[&ScopeSet]) -> Self {
        let share = |own: &mut ScopeSet| {
            if let Some(equal) = known.iter().find(|known| ***known == *own) {
                *own = (*equal).clone();
            }
        };
        share(&mut self.holds);
        self.limit.iter_mut().for_each(|limit| share(&mut limit.scopes));
        self
    }

    /// Returns the proof that the actor may perform `action` in their organization.
    ///
    /// # Errors
    /// Returns [`Denied`] with the reason.
    pub fn permit(&self, action: Action, context: &RequestContext) -> Result<Permit, Denied> {
        if action.is_for_jobs() != matches!(self.principal, Principal::System { .. }) {
            return Err(Denied::WrongActor);
        }
        if action.needs_session() && self.limit.is_some() {
            return Err(Denied::PersonRequired);
        }
        if action == Action::ChangeSelf && self.is_access_token() {
            return Err(Denied::CredentialItselfRequired);
        }
        if action.user_context() == UserContext::Required && self.role.is_none() {
            return Err(Denied::UserContextRequired);
        }
        if let Some(scope) = action.scope()
            && !self.holds().contains(scope)
        {
            return Err(Denied::MissingScope { accepted: scope.parse().unwrap_or_default(), granted: self.holds() });
        }
        let reach = self.role.as_ref().map_or(Reach::Everyone, MemberRole::reach);
        Ok(Permit { actor: self.clone(), action, reach: action.reach(reach), context: context.clone() })
    }

    /// Checks that the actor grants no more than their own effective scopes.
    ///
    /// # Errors
    /// Returns [`Denied::MissingScope`] if the actor does not hold all of `scopes`.
    pub fn may_grant(&self, scopes: &ScopeSet) -> Result<(), Denied> {
        let granted = self.holds();
        if scopes.difference(&granted).is_empty() {
            Ok(())
        } else {
            Err(Denied::MissingScope { accepted: scopes.clone(), granted })
        }
    }
}
