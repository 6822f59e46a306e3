//! Whoever acts: a person in a browser, a credential on behalf of a person, a service account or the organisation, or a
//! job of Mintmark's own.
//!
//! Owns: what an actor holds at this moment — what its owner may do, and for a credential only what it may do too — and
//! the only way to a [`Permit`].

use super::{
    Action, Bound, Bounds, MemberRole, Origin, Permit, Reach,
    policy::{Extent, extent},
};
use crate::{
    Name, Timestamp,
    credential::{CreatedBy, Credential, Owner},
    ids::{CredentialId, OrgId, SessionId, UserId},
    operation::UserContext,
    scope::{ALL, ScopeSet, catalogue::defined},
    secret::Environment,
};

/// How the actor was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person in a browser session, or just signing up or in.
    Person {
        /// Their session, once there is one.
        session: Option<SessionId>,
    },
    /// A credential.
    Credential {
        /// Its id.
        id: CredentialId,
        /// Its name at this time.
        name: Name,
    },
    /// Mintmark itself, doing in an organisation what nobody asked for at this moment.
    System {
        /// Which job, in snake case.
        job: &'static str,
    },
}

/// What bounds a credential beyond its owner's rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its scopes.
    pub scopes: ScopeSet,
    /// What else bounds it.
    pub bounds: Bounds,
    /// An access token is presented, and not a secret of the credential itself.
    pub is_access_token: bool,
}

impl Limit {
    /// What is left of `granted`. The scope `all` limits nothing.
    fn of(&self, granted: ScopeSet) -> ScopeSet {
        if self.scopes.contains(ALL) { granted } else { granted.intersection(&self.scopes) }
    }
}

/// Whoever acts in an organisation.
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

/// The actor may not do that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// A scope is missing: from the credential, or from the role.
    #[error("a scope is missing")]
    MissingScope {
        /// What would do.
        accepted: ScopeSet,
        /// What the actor holds.
        granted: ScopeSet,
    },
    /// Only a signed-in person may do that.
    #[error("a signed-in person is needed")]
    PersonRequired,
    /// The credential represents nobody.
    #[error("a credential that represents a person is needed")]
    UserContextRequired,
    /// This would go beyond a bound of the credential that asks.
    #[error("it goes beyond a bound of the credential that asks")]
    Beyond(Bound),
    /// This would reach everybody's credentials, and the actor only their own.
    #[error("it reaches further than the actor")]
    BeyondReach,
    /// A person's token is shown to that person alone.
    #[error("it belongs to another person")]
    NotTheOwner,
    /// An access token cannot do this; the credential it comes from can.
    #[error("the credential itself is needed")]
    CredentialItselfRequired,
    /// Jobs do what is made for jobs, and nobody else does.
    #[error("this is not for this kind of actor")]
    WrongActor,
}

impl Actor {
    /// A person. `api_scopes`: what the APIs of the organisation's catalogue define.
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

    /// A credential that represents a person or a service account with this role.
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

    /// A credential of the organisation itself.
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

    /// A job of Mintmark's own in this organisation. It holds no scope: what it may do is made for jobs, see
    /// [`Action::is_for_jobs`].
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

    /// Whose rights these are.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// The person, if it is one or represents one.
    pub fn user(&self) -> Option<UserId> {
        match self.owner {
            Owner::User(user) => Some(user),
            Owner::Organization | Owner::ServiceAccount(_) => None,
        }
    }

    /// The name of the person, service account or application.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The organisation in which they act.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The role there; an application has none.
    pub fn role(&self) -> Option<&MemberRole> {
        self.role.as_ref()
    }

    /// How the actor was recognised.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The browser session, if it is one.
    pub fn session(&self) -> Option<SessionId> {
        match self.principal {
            Principal::Person { session } => session,
            Principal::Credential { .. } | Principal::System { .. } => None,
        }
    }

    /// The credential, if it is one.
    pub fn credential(&self) -> Option<CredentialId> {
        match self.principal {
            Principal::Person { .. } | Principal::System { .. } => None,
            Principal::Credential { id, .. } => Some(id),
        }
    }

    /// Whether an access token is presented. It lives for minutes, so it must not lead to a secret of its credential.
    pub fn is_access_token(&self) -> bool {
        self.limit.as_ref().is_some_and(|limit| limit.is_access_token)
    }

    /// As the issuer of a credential: the owner, the application's credential itself, or the job.
    pub fn as_creator(&self) -> CreatedBy {
        let id = match (&self.principal, self.owner) {
            (Principal::Credential { id, .. }, Owner::Organization) => id.to_string(),
            (Principal::System { job }, _) => (*job).to_owned(),
            _ => self.owner.id(self.org),
        };
        CreatedBy { id, name: self.name.clone() }
    }

    /// When the credential that acts ends; none for a person, and for a credential without an end.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.limit.as_ref().and_then(|limit| limit.bounds.ends_at)
    }

    /// The scopes the actor holds now: the owner's, and for a credential only those it has too. `all` is spelt out.
    pub fn holds(&self) -> ScopeSet {
        self.holds.clone()
    }

    /// What bounds the credential that acts; none for a person.
    pub fn bounds(&self) -> Option<&Bounds> {
        self.limit.as_ref().map(|limit| &limit.bounds)
    }

    /// The same actor with the role that its owner has now, and with what `credential`, the one that acts, holds now.
    #[must_use]
    pub fn as_of_now(&self, role: Option<MemberRole>, credential: Option<&Credential>, api_scopes: &ScopeSet) -> Self {
        let mut limit = self.limit.clone();
        if let (Some(limit), Some(credential)) = (&mut limit, credential)
            && !limit.is_access_token
        {
            limit.scopes = defined(&credential.scopes, api_scopes);
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

    /// What a credential with the owner, scopes and resources of this one may do.
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

    /// Uses the memory of `known` for scope sets that are equal to one of them.
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

    /// The proof that the actor may perform `action` in their organisation.
    ///
    /// # Errors
    /// [`Denied`], which names what is missing.
    pub fn permit(&self, action: Action, origin: &Origin) -> Result<Permit, Denied> {
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
        let reach = self.role.as_ref().map_or(Extent::Everyone, MemberRole::reach);
        let reach = match extent(reach, action) {
            Extent::Everyone => Reach::Everyone,
            Extent::Own => Reach::OwnOnly(self.owner),
        };
        Ok(Permit { actor: self.clone(), action, reach, origin: origin.clone() })
    }

    /// Whether the actor may give away `scopes`: only what it holds.
    ///
    /// # Errors
    /// [`Denied::MissingScope`] with those it does not hold.
    pub fn may_grant(&self, scopes: &ScopeSet) -> Result<(), Denied> {
        let granted = self.holds();
        if scopes.difference(&granted).is_empty() {
            Ok(())
        } else {
            Err(Denied::MissingScope { accepted: scopes.clone(), granted })
        }
    }
}
