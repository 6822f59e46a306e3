//! Deletes custom roles that are not assigned.

use crate::{Caller, Result, ServiceError, use_cases::CustomRoles};
use domain::{
    access::{Action, CustomRole, may_give},
    audit::AuditDetail,
    ids::RoleId,
};
use store::RoleHolders;

/// The number of people that an error names. It mentions the others without names.
const NAMED: usize = 3;

impl CustomRoles<'_> {
    /// Deletes a custom role.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such role.
    /// * [`ServiceError::RoleInUse`], which names the people who have it.
    /// * [`ServiceError::MissingScope`] or [`ServiceError::Forbidden`] for a role with more rights than the caller.
    pub async fn delete(self, caller: &Caller, id: &str) -> Result<CustomRole> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        let id: RoleId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        let by = self.service.members().manages(&mut tx).await?;
        let (role, now) = (tx.custom_role(id).await?, self.service.now());
        may_give(&by.rights, &by.rights_of(&role.clone().into()))?;
        let holders = tx.role_holders(id, now, NAMED as u32 + 1).await?;
        if !holders.is_empty() {
            return Err(ServiceError::RoleInUse { by: in_words(&holders) });
        }
        tx.delete_custom_role(id, now).await?;
        let detail = AuditDetail::RoleDeleted { scopes: role.scopes.clone(), reach: role.reach };
        self.service.commit(tx, self.service.event(&role, &detail)).await?;
        Ok(role)
    }
}

/// Names the people who have the role, and says how to change that.
fn in_words(holders: &RoleHolders) -> String {
    let named = |people: &[String], what: &str| {
        let mut names: Vec<_> = people.iter().take(NAMED).map(String::as_str).collect();
        if people.len() > NAMED {
            names.push("others");
        }
        match names.as_slice() {
            [] => None,
            [one] => Some(format!("{what} {one}.")),
            [first @ .., last] => Some(format!("{what} {} and {last}.", first.join(", "))),
        }
    };
    let sentences = [
        named(&holders.members, "Give another role to"),
        named(&holders.invited, "Take back the invitation of"),
        named(&holders.left, "Revoke or transfer the tokens, and end the grace period, of"),
    ];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_has_a_role_and_what_to_do_about_it() {
        let people = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let holders = RoleHolders {
            members: people(&["Ada", "Grace", "Joan", "Max"]),
            invited: people(&["eve@x.test"]),
            left: people(&["Bob", "Kim"]),
        };
        assert_eq!(
            in_words(&holders),
            "Give another role to Ada, Grace, Joan and others. Take back the invitation of eve@x.test. \
             Revoke or transfer the tokens, and end the grace period, of Bob and Kim."
        );
    }
}
