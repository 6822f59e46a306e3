//! Lists roles, and says which of them the caller may give.

use crate::{Caller, Result, ServiceError, use_cases::CustomRoles};
use domain::{
    access::{Action, CustomRole, MemberRole, Rights, Role, may_give},
    ids::RoleId,
    scope::ScopeSet,
};
use store::ListedRole;

/// A role with its current scopes.
#[derive(Clone, Debug)]
pub struct GivenRole {
    pub role: MemberRole,
    /// The scopes that it grants now.
    pub grants: ScopeSet,
    /// Whether the caller may give it to another person.
    pub may_give: bool,
}

/// Every role of an organization.
#[derive(Clone, Debug)]
pub struct Roles {
    /// The built-in roles, the strongest first, then the custom roles by name.
    pub all: Vec<GivenRole>,
    /// The custom roles, with the number of people who have them.
    pub own: Vec<ListedRole>,
}

impl CustomRoles<'_> {
    /// Returns the custom roles by name, with the number of people who have them.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn list(self, caller: &Caller) -> Result<Vec<ListedRole>> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        Ok(self.service.inner.db.read(&permit).await?.custom_roles(self.service.now()).await?)
    }

    /// Returns one custom role.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if there is no such role.
    pub async fn show(self, caller: &Caller, id: &str) -> Result<CustomRole> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        let id: RoleId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.service.inner.db.read(&permit).await?.custom_role(id).await?)
    }

    /// Returns all roles with their scopes, and whether the caller may give them. This is for display only.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn all(self, caller: &Caller) -> Result<Roles> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        let mut tx = self.service.inner.db.read(&permit).await?;
        let (own, api_scopes) = (tx.custom_roles(self.service.now()).await?, tx.api_scopes().await?);
        let manages = caller.actor.permit(Action::ManageMembers, &caller.context).is_ok();
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
