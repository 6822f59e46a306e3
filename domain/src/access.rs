//! Permissions: who may do what.
//!
//! This module owns the only authorization check. An [`Actor`] asks for an [`Action`] and gets a [`Permit`] or an
//! error. The store opens no transaction without a permit. The table of [`Action`] decides, and
//! `domain/tests/policy_matrix.txt` prints what follows.

mod action;
mod actor;
mod authority;
mod bounds;
mod custom_role;
mod member_role;
mod membership;
mod offboarding;
mod permit;
mod reach;
mod role;
mod service_role;

pub use self::action::Action;
pub use self::actor::{Actor, Denied, Limit, Principal};
pub use self::authority::{Door, Obtained, may_obtain};
pub use self::bounds::{Bound, Bounds};
pub use self::custom_role::{CustomRole, MAX_ROLES, RoleDraft, RoleEdit, check_role, check_role_edit};
pub use self::member_role::{BadRoleCode, MemberRole, RoleCode};
pub use self::membership::{GiverLimit, MembershipRefused, Rights, may_change_member, may_give, may_withdraw};
pub use self::offboarding::{MAX_GRACE_DAYS, Offboarding, grace_days};
pub use self::permit::{Permit, RequestContext};
pub use self::reach::{Reach, UnknownReach};
pub use self::role::{Role, UnknownRole};
pub use self::service_role::{ServiceAccountRole, UnknownServiceAccountRole};
