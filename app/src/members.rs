//! Members and invitations.
//!
//! Owns the tables, the forms and their server functions. All of it works without script. Must never decide who may
//! change whom: that is `service`.

mod rejoin;
mod server_fns;

#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
mod held_tokens;
#[cfg(feature = "ssr")]
mod invitations;
#[cfg(feature = "ssr")]
mod limits;
#[cfg(feature = "ssr")]
mod offboarding;
#[cfg(feature = "ssr")]
mod table;

pub use self::rejoin::{ConfirmHeldTokens, confirm_held_tokens};
pub use self::server_fns::{
    AcceptInvitation, ChangeGrace, ChangeRole, ChangeSettings, InviteMember, LeaveOrg, RemoveMember,
    WithdrawInvitation, accept_invitation, change_grace, change_role, change_settings, invite_member, leave_org,
    remove_member, withdraw_invitation,
};

#[cfg(feature = "ssr")]
pub(crate) use self::{
    forms::{InviteForm, RemovePanel, RoleForm, role_options},
    held_tokens::HeldTokens,
    invitations::{OpenInvitation, OpenInvitations},
    limits::Limits,
    offboarding::{GraceSetting, PersonWhoLeft},
    table::{MemberTable, Search},
};
