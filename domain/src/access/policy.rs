//! The policy: role × action → how far it reaches. One pure table.
//!
//! Owns: the whole of it. A change here changes the golden file `domain/tests/policy_matrix.txt`, which is where
//! to review it.

use super::{Action, Role};

/// How far a right to an action reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything of the organisation.
    Everyone,
    /// What belongs to the caller.
    Own,
}

/// How far `action` reaches for somebody with `role`, provided that they hold its scope. An application of the
/// organisation has no role: what it may do at all, it may do for everyone.
pub fn extent(role: Option<Role>, action: Action) -> Extent {
    match action {
        Action::ReadSelf
        | Action::ChangeSelf
        | Action::ReadOwnTokens
        | Action::IssueOwnToken
        | Action::ChangeOwnToken
        | Action::AuthorizeToken
        | Action::LeaveOrganisation
        | Action::AcceptInvitation
        | Action::StartSession
        | Action::ReadOwnSessions
        | Action::EndOwnSessions => Extent::Own,
        Action::Read(_)
        | Action::Issue(_)
        | Action::Change(_)
        | Action::ReadInventory
        | Action::ReadServiceAccounts
        | Action::ReadTokenRequests => match role {
            None | Some(Role::Owner | Role::Admin) => Extent::Everyone,
            Some(Role::Member | Role::Viewer) => Extent::Own,
        },
        Action::ManageServiceAccounts
        | Action::HandOver
        | Action::ReadApis
        | Action::ManageApis
        | Action::ReadMembers
        | Action::ManageMembers
        | Action::ReadPolicies
        | Action::ManagePolicies
        | Action::DecideTokenRequest
        | Action::SendMail
        | Action::ReadAudit
        | Action::CreateOrganisation
        | Action::GiveExpiryNotice
        | Action::SwitchOffIdle
        | Action::LoadCredentials
        | Action::VerifyCredentials
        | Action::ExchangeToken
        | Action::RevokePresented
        | Action::RotateSigningKeys
        | Action::RotateSigningKeysOnSchedule => Extent::Everyone,
    }
}
