//! The policy: role × action → how far it reaches. One pure table.
//!
//! Owns: the whole of it. A change here changes the golden file `domain/tests/policy_matrix.txt`, which is where
//! to review it.

use super::{Action, Needs, Role};

/// How far a role's right to an action reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything of the organisation.
    Everyone,
    /// What belongs to the caller.
    Own,
}

/// How far `action` reaches for a member with `role`; none: not at all.
pub fn extent(role: Role, action: Action) -> Option<Extent> {
    if let Needs::Scope(scope) = action.needs()
        && !role.scopes().contains(scope)
    {
        return None;
    }
    Some(match action {
        Action::CreateOrganisation => Extent::Everyone,
        Action::ReadSelf
        | Action::ReadOwnTokens
        | Action::IssueOwnToken
        | Action::EditOwnToken
        | Action::RevokeOwnToken
        | Action::StartSession
        | Action::ReadOwnSessions
        | Action::EndOwnSessions => Extent::Own,
    })
}
