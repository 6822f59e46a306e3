//! Creates custom roles.

use super::name_taken;
use crate::{Caller, Result, ServiceError, use_cases::CustomRoles};
use domain::{
    access::{Action, CustomRole, MAX_ROLES, RoleDraft, check_role, may_give},
    audit::AuditDetail,
    code::ProblemCode,
    ids::RoleId,
};

impl CustomRoles<'_> {
    /// Creates a custom role of the organization.
    ///
    /// # Errors
    /// * [`ServiceError::Invalid`] with every flaw.
    /// * [`ServiceError::MissingScope`] for scopes that the caller does not have.
    /// * [`ServiceError::Forbidden`] with `reach_beyond_own`.
    /// * [`ServiceError::Refused`] with `too_many_roles`.
    pub async fn create(self, caller: &Caller, draft: &RoleDraft) -> Result<CustomRole> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        let now = self.service.now();
        let mut tx = self.service.write(&permit).await?;
        let by = self.service.members().manages(&mut tx).await?;
        let role = check_role(draft, RoleId::new(now, self.service.inner.sources.entropy()), &by.api_scopes, now)?;
        may_give(&by.rights, &by.rights_of(&role.clone().into()))?;
        if tx.count_custom_roles().await? >= MAX_ROLES {
            let detail = "An organization has at most 50 roles of its own. Delete one that nobody has first.";
            return Err(ServiceError::Refused { code: ProblemCode::TooManyRoles, detail });
        }
        tx.insert_custom_role(&role).await.map_err(name_taken)?;
        let detail = AuditDetail::RoleCreated { scopes: role.scopes.clone(), reach: role.reach };
        self.service.commit(tx, self.service.event(&role, &detail)).await?;
        Ok(role)
    }
}
