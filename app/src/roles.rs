//! Roles of an organization.
//!
//! Owns the list, the form and their server functions. All of it works without script. Must never decide who may grant
//! what: that is `service`.

mod server_fns;

#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod table;

pub use self::server_fns::{DeleteRole, SaveRole, delete_role, save_role};

#[cfg(feature = "ssr")]
pub(crate) use self::form::{RoleEditor, RoleShown};
#[cfg(feature = "ssr")]
pub(crate) use self::table::{BuiltInRoles, CustomRoles, DeletePanel, ScopeGroups};
