//! Roles that an organisation makes for itself: named sets of scopes, which its members can be given.
//!
//! Owns: that nobody makes, changes or deletes a role that may do what they may not, and that a role which somebody has stays.
//! Giving one to somebody: [`crate::members`]. What a role grants is read when it is needed, so a change of it counts at once for
//! the tokens of all who have it, on every node.

mod create;
mod delete;
mod edit;
mod list;

pub use self::list::{GivenRole, Roles};
pub use domain::access::{RoleDraft, RoleEdit};
pub use store::ListedRole;

use crate::{Result, Service, ServiceError};
use domain::{
    access::{CustomRole, MemberRole, RoleCode},
    audit::{AuditAction, AuditEvent, Target},
    error::{FieldErrors, Flaw},
    ids::EventId,
};
use serde_json::Value;
use store::{Constraint, ReadTx, StoreError};

/// Reads how a role is named.
pub(crate) fn read_role(text: &str) -> std::result::Result<RoleCode, Flaw> {
    text.parse().map_err(|error: domain::access::BadRoleCode| Flaw::new("unknown_role", error.to_string()))
}

fn name_taken(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict(Constraint::RoleName) => {
            let detail = "The organisation has a role of this name already. Choose another.";
            FieldErrors::one(Flaw::new("role_name_taken", detail).at("/name")).into()
        }
        error => error.into(),
    }
}

impl Service {
    /// The role that is meant, as it is in this transaction.
    pub(crate) async fn role_of_code(&self, tx: &mut ReadTx, code: RoleCode) -> Result<MemberRole> {
        let id = match code {
            RoleCode::BuiltIn(role) => return Ok(role.into()),
            RoleCode::Custom(id) => id,
        };
        match tx.custom_role(id).await {
            Ok(role) => Ok(role.into()),
            Err(StoreError::Missing) => {
                let flaw = Flaw::new("unknown_role", "The organisation has no role of this id.");
                Err(FieldErrors::one(flaw.at("/role")).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn role_event(&self, action: AuditAction, role: &CustomRole, detail: Value) -> AuditEvent {
        let at = self.now();
        AuditEvent {
            id: EventId::new(at, self.inner.sources.entropy()),
            at,
            action,
            target: Target::from(role),
            detail,
        }
    }
}
