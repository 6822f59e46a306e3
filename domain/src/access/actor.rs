//! Whoever acts: a person in a browser, or a personal access token on their behalf.
//!
//! Owns: what an actor holds at this moment — the role's scopes, and for a token those that the token has too — and
//! the only way to a [`Permit`].

use super::{
    Action, Needs, Origin, Permit, Reach, Role,
    policy::{Extent, extent},
};
use crate::{
    Name, Timestamp,
    ids::{CredentialId, OrgId, SessionId, UserId},
    scope::{ALL, ScopeSet},
};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person in a browser session, or just signing up or in.
    Person {
        /// Their session, once there is one.
        session: Option<SessionId>,
    },
    /// A credential that represents the user.
    Credential {
        /// Its id.
        id: CredentialId,
        /// Its name at this time.
        name: Name,
    },
}

/// What bounds a credential beyond its owner's rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its scopes.
    pub scopes: ScopeSet,
    /// Its end.
    pub expires_at: Option<Timestamp>,
}

/// Whoever acts in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    user: UserId,
    name: Name,
    org: OrgId,
    role: Role,
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
}

impl Actor {
    /// A person.
    pub fn person(user: UserId, name: Name, org: OrgId, role: Role, session: Option<SessionId>) -> Self {
        Self { user, name, org, role, principal: Principal::Person { session }, limit: None }
    }

    /// A credential that represents a user.
    pub fn credential(
        user: UserId,
        name: Name,
        org: OrgId,
        role: Role,
        (id, label): (CredentialId, Name),
        limit: Limit,
    ) -> Self {
        Self { user, name, org, role, principal: Principal::Credential { id, name: label }, limit: Some(limit) }
    }

    /// The person, or whom the credential represents.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The person's name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The organisation in which they act.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The person's role there.
    pub fn role(&self) -> Role {
        self.role
    }

    /// A person's browser session, or the credential.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The browser session, if it is one.
    pub fn session(&self) -> Option<SessionId> {
        match self.principal {
            Principal::Person { session } => session,
            Principal::Credential { .. } => None,
        }
    }

    /// When the credential that acts ends; none for a person, and for a credential without an end.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.limit.as_ref().and_then(|limit| limit.expires_at)
    }

    /// The scopes the actor holds now: the role's, and for a credential only those it has too. `all` is spelt out.
    pub fn holds(&self) -> ScopeSet {
        let granted = self.role.scopes();
        match &self.limit {
            Some(limit) if !limit.scopes.contains(ALL) => granted.intersection(&limit.scopes),
            _ => granted,
        }
    }

    /// The proof that the actor may perform `action` in their organisation.
    ///
    /// # Errors
    /// [`Denied`], which names what is missing.
    pub fn permit(&self, action: Action, origin: &Origin) -> Result<Permit, Denied> {
        match action.needs() {
            Needs::SignedInPerson if self.limit.is_some() => return Err(Denied::PersonRequired),
            Needs::Scope(scope) if !self.holds().contains(scope) => return Err(self.missing(scope)),
            _ => {}
        }
        let reach = match extent(self.role, action) {
            Some(Extent::Everyone) => Reach::Everyone,
            Some(Extent::Own) => Reach::OwnOnly(self.user),
            None => return Err(Denied::MissingScope { accepted: ScopeSet::default(), granted: self.holds() }),
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

    fn missing(&self, scope: &str) -> Denied {
        Denied::MissingScope { accepted: scope.parse().unwrap_or_default(), granted: self.holds() }
    }
}
