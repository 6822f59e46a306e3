//! The table of permissions: reach of a role × action → reach of the permit.
//!
//! This module owns the whole table. A change here also changes the golden file `domain/tests/policy_matrix.txt`, which
//! is the place to review it.

use super::Action;
use serde::{Deserialize, Serialize};

/// How far a right or a role reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Reach"))]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Everything in the organization.
    Everyone,
    /// Only what belongs to the caller.
    Own,
}

impl Extent {
    /// Both values, widest first.
    pub const ALL: [Self; 2] = [Self::Everyone, Self::Own];

    /// Returns `everyone` or `own`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Own => "own",
        }
    }

    /// Returns whether this reaches everything that `other` reaches.
    pub fn covers(self, other: Self) -> bool {
        self == Self::Everyone || other == Self::Own
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reach: use own or everyone")]
pub struct UnknownExtent;

impl std::str::FromStr for Extent {
    type Err = UnknownExtent;

    fn from_str(text: &str) -> Result<Self, UnknownExtent> {
        Self::ALL.into_iter().find(|extent| extent.as_str() == text).ok_or(UnknownExtent)
    }
}

/// Returns how far `action` reaches for a caller whose role has this `reach` and who holds the scope. An application of
/// the organization has no role, so its actions reach everyone.
pub fn extent(reach: Extent, action: Action) -> Extent {
    match action {
        Action::ReadSelf
        | Action::ChangeSelf
        | Action::ReadOwnTokens
        | Action::IssueOwnToken
        | Action::ChangeOwnToken
        | Action::AuthorizeToken
        | Action::LeaveOrganization
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
        | Action::TransferTokens
        | Action::ReadApis
        | Action::ManageApis
        | Action::ReadMembers
        | Action::ManageMembers
        | Action::ReadPolicies
        | Action::ManagePolicies
        | Action::DecideTokenRequest
        | Action::SendMail
        | Action::ReadAudit
        | Action::CreateOrganization
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
