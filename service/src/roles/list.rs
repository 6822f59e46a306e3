//! Which roles there are, and which of them the caller may give.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::{Action, CustomRole, MemberRole, Rights, Role, may_give},
    ids::RoleId,
    scope::ScopeSet,
};
use store::ListedRole;

/// A role with what it may do now.
#[derive(Clone, Debug)]
pub struct GivenRole {
    /// The role.
    pub role: MemberRole,
    /// The scopes that it grants now.
    pub grants: ScopeSet,
    /// Whether the caller may give it to somebody.
    pub may_give: bool,
}

/// Every role of an organisation.
#[derive(Clone, Debug)]
pub struct Roles {
    /// Those that every organisation has, the strongest first, then its own by name.
    pub all: Vec<GivenRole>,
    /// Its own, with how often they are given.
    pub own: Vec<ListedRole>,
}

impl Service {
    /// The organisation's own roles by name, each with how many have it.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`].
    pub async fn list_roles(&self, caller: &Caller) -> Result<Vec<ListedRole>> {
        let permit = self.permit(caller, Action::ReadMembers).await?;
        Ok(self.inner.db.read(&permit).await?.custom_roles(self.now()).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::Missing`].
    pub async fn show_role(&self, caller: &Caller, id: &str) -> Result<CustomRole> {
        let permit = self.permit(caller, Action::ReadMembers).await?;
        let id: RoleId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.inner.db.read(&permit).await?.custom_role(id).await?)
    }

    /// All roles, with what each may do and whether the caller may give it. Only what is shown is decided by this.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`].
    pub async fn roles(&self, caller: &Caller) -> Result<Roles> {
        let permit = self.permit(caller, Action::ReadMembers).await?;
        let mut tx = self.inner.db.read(&permit).await?;
        let (own, api_scopes) = (tx.custom_roles(self.now()).await?, tx.api_scopes().await?);
        let manages = caller.actor.permit(Action::ManageMembers, &caller.origin).is_ok();
        let rights = caller.actor.role().filter(|_| manages).map(|role| Rights::of(role, &api_scopes));
        let given = |role: MemberRole| {
            let worth = Rights::of(&role, &api_scopes);
            let may_give = rights.as_ref().is_some_and(|own| may_give(own, &worth).is_ok());
            GivenRole { grants: role.scopes(&api_scopes), may_give, role }
        };
        let built_in = Role::ALL.into_iter().map(MemberRole::from);
        let all = built_in.chain(own.iter().map(|listed| listed.role.clone().into())).map(given).collect();
        Ok(Roles { all, own })
    }
}
