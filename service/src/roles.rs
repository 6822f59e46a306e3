//! The custom roles of an organization: named sets of scopes that members can be given.
//!
//! A caller cannot create, change or delete a role with rights that they do not have. A role cannot be deleted while it
//! is assigned; [`crate::members`] assigns roles. The rights of a role are read at each use. So a change applies at
//! once to the tokens of everyone with the role, on every node.

mod create;
mod delete;
mod edit;
mod list;

pub use self::list::{GivenRole, Roles};
pub use domain::access::{RoleDraft, RoleEdit};
pub use store::ListedRole;

use crate::{Result, ServiceError, use_cases::CustomRoles};
use domain::{
    access::{MemberRole, RoleCode},
    code::FlawCode,
    error::{FieldErrors, Flaw},
};
use store::{Constraint, ReadTx, StoreError};

/// Parses the code of a role.
pub(crate) fn read_role(text: &str) -> std::result::Result<RoleCode, Flaw> {
    text.parse().map_err(|error: domain::access::BadRoleCode| Flaw::new(FlawCode::UnknownRole, error.to_string()))
}

fn name_taken(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict(Constraint::RoleName) => {
            let detail = "The organization has a role of this name already. Choose another.";
            FieldErrors::one(Flaw::new(FlawCode::RoleNameTaken, detail).at("/name")).into()
        }
        error => error.into(),
    }
}

impl CustomRoles<'_> {
    /// Returns the role with this code, as it is in this transaction.
    pub(crate) async fn role_of_code(self, tx: &mut ReadTx, code: RoleCode) -> Result<MemberRole> {
        let id = match code {
            RoleCode::BuiltIn(role) => return Ok(role.into()),
            RoleCode::Custom(id) => id,
        };
        match tx.custom_role(id).await {
            Ok(role) => Ok(role.into()),
            Err(StoreError::Missing) => {
                let flaw = Flaw::new(FlawCode::UnknownRole, "The organization has no role of this id.");
                Err(FieldErrors::one(flaw.at("/role")).into())
            }
            Err(error) => Err(error.into()),
        }
    }
}
