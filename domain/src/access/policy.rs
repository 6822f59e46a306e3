//! The policy: reach of a role × action → how far it reaches. One pure table.
//!
//! Owns: the whole of it. A change here changes the golden file `domain/tests/policy_matrix.txt`, which is where
//! to review it.

use super::Action;
use serde::{Deserialize, Serialize};

/// How far a right to an action reaches, and how far a role does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Everything of the organisation.
    Everyone,
    /// What belongs to the caller.
    Own,
}

impl Extent {
    /// Both, the further first.
    pub const ALL: [Self; 2] = [Self::Everyone, Self::Own];

    /// `everyone` or `own`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Own => "own",
        }
    }

    /// Whether it reaches what `other` reaches.
    pub fn covers(self, other: Self) -> bool {
        self == Self::Everyone || other == Self::Own
    }
}

/// The text is no extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reach: use own or everyone")]
pub struct UnknownExtent;

impl std::str::FromStr for Extent {
    type Err = UnknownExtent;

    fn from_str(text: &str) -> Result<Self, UnknownExtent> {
        Self::ALL.into_iter().find(|extent| extent.as_str() == text).ok_or(UnknownExtent)
    }
}

/// How far `action` reaches for somebody whose role has this `reach`, provided that they hold its scope. An application of
/// the organisation has no role: what it may do at all, it may do for everyone.
pub fn extent(reach: Extent, action: Action) -> Extent {
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
        | Action::ReadTokenRequests => reach,
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
        | Action::KeyAuditChain
        | Action::RecordFailedSignIns
        | Action::LoadCredentials
        | Action::ChangeLimits
        | Action::VerifyCredentials
        | Action::ExchangeToken
        | Action::RevokePresented
        | Action::RotateSigningKeys
        | Action::RotateSigningKeysOnSchedule
        | Action::TransferPlatform => Extent::Everyone,
    }
}
