//! Changes the role of a member, removes members, and lets members leave.

use crate::{Caller, Result, ServiceError, roles::read_role, use_cases::Members};
use domain::{
    access::{Action, Rights, may_change_member},
    audit::AuditDetail,
    code::ProblemCode,
    error::FieldErrors,
    ids::UserId,
    scope::ScopeSet,
};
use store::MemberOfOrg;

impl Members<'_> {
    /// Gives a member another role, from their next call on.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such member.
    /// * [`ServiceError::Refused`] with `last_owner`.
    /// * [`ServiceError::Forbidden`] with `owners_only`, `member_holds_more` or `reach_beyond_own`.
    /// * [`ServiceError::MissingScope`] for a role that grants rights the caller does not have.
    /// * [`ServiceError::Invalid`] if there is no such role.
    pub async fn change_role(self, caller: &Caller, id: &str, role: &str) -> Result<MemberOfOrg> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        let role = read_role(role).map_err(|flaw| FieldErrors::one(flaw.at("/role")))?;
        let id: UserId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        let by = self.manages(&mut tx).await?;
        let member = tx.member(id).await?;
        let role = self.service.roles().role_of_code(&mut tx, role).await?;
        let (from, to) = (by.rights_of(&member.role), by.rights_of(&role));
        may_change_member(&by.rights, &from, Some(&to), tx.count_owners().await?)?;
        if member.role == role {
            return Ok(member);
        }
        tx.update_role(id, &role).await?;
        let detail = AuditDetail::MemberRoleChanged {
            before: member.role.to_string(),
            before_name: member.role.title().to_owned(),
            after: role.to_string(),
            after_name: role.title().to_owned(),
        };
        self.service.commit(tx, self.service.event(&member.user, &detail)).await?;
        Ok(MemberOfOrg { role, ..member })
    }

    /// Removes a member. Their rights in the organization end at once on every node. Their tokens work until the
    /// organization's grace period ends.
    ///
    /// # Errors
    /// Fails like [`Members::change_role`].
    pub async fn remove(self, caller: &Caller, id: &str) -> Result<MemberOfOrg> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        let id: UserId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        let by = self.manages(&mut tx).await?;
        let member = tx.member(id).await?;
        may_change_member(&by.rights, &by.rights_of(&member.role), None, tx.count_owners().await?)?;
        let offboarding = self.offboard(&mut tx, &member).await?;
        let detail = AuditDetail::MemberRemoved {
            role: member.role.to_string(),
            role_name: member.role.title().to_owned(),
            grace_ends_at: Some(offboarding.grace_ends_at),
        };
        self.service.commit(tx, self.service.event(&member.user, &detail)).await?;
        Ok(member)
    }

    /// Ends the caller's own membership.
    ///
    /// # Errors
    /// * [`ServiceError::Refused`] with `last_owner`, or with `only_organization` if the caller has no other one.
    /// * [`ServiceError::PersonRequired`] if the caller is a credential.
    pub async fn leave(self, caller: &Caller) -> Result<()> {
        let permit = self.service.permit(caller, Action::LeaveOrganization).await?;
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        if self.service.inner.db.memberships_of(user).await?.len() < 2 {
            let detail = "This is your only organization. Create or join another first, so that you can still sign in.";
            return Err(ServiceError::Refused { code: ProblemCode::OnlyOrganization, detail });
        }
        let mut tx = self.service.write(&permit).await?;
        let member = tx.member(user).await?;
        let rights = Rights::of(&member.role, &ScopeSet::default());
        may_change_member(&rights, &rights, None, tx.count_owners().await?)?;
        let offboarding = self.offboard(&mut tx, &member).await?;
        let detail = AuditDetail::MemberLeft {
            role: member.role.to_string(),
            role_name: member.role.title().to_owned(),
            grace_ends_at: Some(offboarding.grace_ends_at),
        };
        self.service.commit(tx, self.service.event(&member.user, &detail)).await?;
        Ok(())
    }
}
