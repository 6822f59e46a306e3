//! All actions that a caller can ask for.
//!
//! This module lists them, each with the scope that it needs and whether it needs a user. The operation catalog is made
//! from the same records.

use crate::{credential::CredentialKind, operation::UserContext};

/// An action that needs a [`super::Permit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Show the identity of the caller.
    ReadSelf,
    /// Roll or revoke the credential that makes the call.
    ChangeSelf,
    /// List and show the caller's own personal access tokens.
    ReadOwnTokens,
    /// Create a personal access token for the caller.
    IssueOwnToken,
    /// Edit, roll, disable, enable or revoke a token of the caller.
    ChangeOwnToken,
    /// Authorize a token of the caller from another organization to work in this one.
    AuthorizeToken,
    /// List and show the organization's credentials of a kind.
    Read(CredentialKind),
    /// Create a credential of a kind for the organization.
    Issue(CredentialKind),
    /// Edit, roll, disable, enable or revoke a credential of a kind, no matter who owns it.
    Change(CredentialKind),
    /// List the credentials of every kind and owner in the organization.
    ReadInventory,
    /// List service accounts and their tokens.
    ReadServiceAccounts,
    /// Create service accounts, and create tokens for them.
    ManageServiceAccounts,
    /// Transfer the personal access tokens of a person to a service account.
    TransferTokens,
    /// List the APIs, scopes and operations of the catalog.
    ReadApis,
    /// Define APIs, scopes and operations.
    ManageApis,
    /// List members and invitations.
    ReadMembers,
    /// Invite and remove members, and change their roles.
    ManageMembers,
    LeaveOrganization,
    AcceptInvitation,
    /// Show the policies of the organization.
    ReadPolicies,
    /// Change policies and grant exceptions.
    ManagePolicies,
    /// List the credentials that wait for approval.
    ReadTokenRequests,
    /// Approve or deny an approval request.
    DecideTokenRequest,
    /// Send the mail in the outbox.
    SendMail,
    /// Read and export the audit log.
    ReadAudit,
    /// Create an organization. Its creator becomes the owner.
    CreateOrganization,
    /// Sign in.
    StartSession,
    /// List the caller's browser sessions.
    ReadOwnSessions,
    /// End browser sessions of the caller.
    EndOwnSessions,
    /// Announce that a credential will end soon, or has ended.
    GiveExpiryNotice,
    /// Disable a credential that has been idle for longer than a policy allows.
    SwitchOffIdle,
    /// Put the first keyed event into an audit chain.
    KeyAuditChain,
    RecordFailedSignIns,
    /// Add many credentials at once, to measure performance.
    LoadCredentials,
    /// Set the limits of an organization.
    ChangeLimits,
    /// Verify a credential of another caller.
    VerifyCredentials,
    /// As a client, exchange a credential for an access token.
    ExchangeToken,
    /// Revoke a token by presenting it.
    RevokePresented,
    /// Show the signing keys, and rotate them.
    RotateSigningKeys,
    /// Rotate the signing keys when the schedule says so.
    RotateSigningKeysOnSchedule,
    /// Make another organization the platform organization.
    TransferPlatform,
}

impl Action {
    pub const ALL: [Self; 47] = [
        Self::ReadSelf,
        Self::ChangeSelf,
        Self::ReadOwnTokens,
        Self::IssueOwnToken,
        Self::ChangeOwnToken,
        Self::AuthorizeToken,
        Self::Read(CredentialKind::PersonalAccessToken),
        Self::Read(CredentialKind::ApiKey),
        Self::Read(CredentialKind::Client),
        Self::Issue(CredentialKind::PersonalAccessToken),
        Self::Issue(CredentialKind::ApiKey),
        Self::Issue(CredentialKind::Client),
        Self::Change(CredentialKind::PersonalAccessToken),
        Self::Change(CredentialKind::ApiKey),
        Self::Change(CredentialKind::Client),
        Self::ReadInventory,
        Self::ReadServiceAccounts,
        Self::ManageServiceAccounts,
        Self::TransferTokens,
        Self::ReadApis,
        Self::ManageApis,
        Self::ReadMembers,
        Self::ManageMembers,
        Self::LeaveOrganization,
        Self::AcceptInvitation,
        Self::ReadPolicies,
        Self::ManagePolicies,
        Self::ReadTokenRequests,
        Self::DecideTokenRequest,
        Self::SendMail,
        Self::ReadAudit,
        Self::CreateOrganization,
        Self::StartSession,
        Self::ReadOwnSessions,
        Self::EndOwnSessions,
        Self::GiveExpiryNotice,
        Self::SwitchOffIdle,
        Self::KeyAuditChain,
        Self::RecordFailedSignIns,
        Self::LoadCredentials,
        Self::ChangeLimits,
        Self::VerifyCredentials,
        Self::ExchangeToken,
        Self::RevokePresented,
        Self::RotateSigningKeys,
        Self::RotateSigningKeysOnSchedule,
        Self::TransferPlatform,
    ];

    /// Returns the scope that the action needs, or `None`. The role must grant it and, for a credential, the credential
    /// must have it too.
    pub fn scope(self) -> Option<&'static str> {
        match self {
            Self::ReadSelf | Self::ChangeSelf | Self::ReadApis | Self::ReadPolicies => None,
            Self::ReadOwnTokens
            | Self::Read(_)
            | Self::ReadInventory
            | Self::ReadServiceAccounts
            | Self::ReadTokenRequests => Some("credentials:read"),
            Self::IssueOwnToken | Self::ChangeOwnToken | Self::AuthorizeToken => Some("pats:write"),
            Self::Issue(kind) | Self::Change(kind) => Some(kind.rules().write_scope),
            Self::ManageServiceAccounts | Self::TransferTokens => Some("service_accounts:write"),
            Self::ManageApis => Some("apis:write"),
            Self::ReadMembers => Some("members:read"),
            Self::ManageMembers => Some("members:write"),
            Self::ManagePolicies | Self::DecideTokenRequest => Some("policies:write"),
            Self::ReadAudit => Some("audit:read"),
            Self::VerifyCredentials => Some("keys:verify"),
            Self::LeaveOrganization
            | Self::AcceptInvitation
            | Self::SendMail
            | Self::CreateOrganization
            | Self::StartSession
            | Self::ReadOwnSessions
            | Self::EndOwnSessions
            | Self::GiveExpiryNotice
            | Self::SwitchOffIdle
            | Self::KeyAuditChain
            | Self::RecordFailedSignIns
            | Self::LoadCredentials
            | Self::ChangeLimits
            | Self::ExchangeToken
            | Self::RevokePresented
            | Self::RotateSigningKeys
            | Self::RotateSigningKeysOnSchedule
            | Self::TransferPlatform => None,
        }
    }

    /// Returns whether only a person in a browser session can perform the action. No credential can.
    pub fn needs_session(self) -> bool {
        matches!(
            self,
            Self::AuthorizeToken
                | Self::TransferTokens
                | Self::LeaveOrganization
                | Self::AcceptInvitation
                | Self::CreateOrganization
                | Self::StartSession
                | Self::ReadOwnSessions
                | Self::EndOwnSessions
                | Self::RotateSigningKeys
        )
    }

    /// Returns whether the action is reserved for Mintmark's own jobs. A job can perform no other action.
    pub fn is_for_jobs(self) -> bool {
        matches!(
            self,
            Self::SendMail
                | Self::GiveExpiryNotice
                | Self::SwitchOffIdle
                | Self::KeyAuditChain
                | Self::RecordFailedSignIns
                | Self::LoadCredentials
                | Self::ChangeLimits
                | Self::RotateSigningKeysOnSchedule
                | Self::TransferPlatform
        )
    }

    /// Returns whether the action acts for a person or a service account.
    pub fn user_context(self) -> UserContext {
        match self {
            Self::ReadOwnTokens
            | Self::IssueOwnToken
            | Self::ChangeOwnToken
            | Self::AuthorizeToken
            | Self::ManageServiceAccounts
            | Self::ManageMembers
            | Self::ManagePolicies
            | Self::DecideTokenRequest => UserContext::Required,
            _ => UserContext::Optional,
        }
    }
}
