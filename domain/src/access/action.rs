//! Everything that can be asked for.
//!
//! Owns: the list of actions, each with the scope that it needs and whether it needs a person. The operation
//! catalogue is made from the same records.

use crate::{credential::CredentialKind, operation::UserContext};

/// What a caller asks to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See who one is.
    ReadSelf,
    /// Roll or revoke the very credential one calls with.
    ChangeSelf,
    /// List and show one's own personal access tokens.
    ReadOwnTokens,
    /// Issue a personal access token for oneself.
    IssueOwnToken,
    /// Edit, roll, disable, enable or revoke one's own token.
    ChangeOwnToken,
    /// Let a token of one's own from another organisation work here.
    AuthorizeToken,
    /// List and show the organisation's credentials of a kind.
    Read(CredentialKind),
    /// Issue one for the organisation.
    Issue(CredentialKind),
    /// Edit, roll, disable, enable or revoke one, whoever owns it.
    Change(CredentialKind),
    /// See every credential of the organisation, of any kind and owner.
    ReadInventory,
    /// See the organisation's service accounts and their tokens.
    ReadServiceAccounts,
    /// Create service accounts and issue tokens for them.
    ManageServiceAccounts,
    /// Hand somebody's personal access tokens over to a service account.
    HandOver,
    /// See the APIs, scopes and operations of the catalogue.
    ReadApis,
    /// Define APIs, scopes and operations.
    ManageApis,
    /// See who belongs to the organisation, and who is invited.
    ReadMembers,
    /// Invite and remove members, and change their roles.
    ManageMembers,
    /// Leave the organisation.
    LeaveOrganisation,
    /// Become a member, having been invited.
    AcceptInvitation,
    /// See what the organisation asks of its credentials.
    ReadPolicies,
    /// Change it, and let a credential off for a while.
    ManagePolicies,
    /// See which credentials wait for approval.
    ReadTokenRequests,
    /// Approve and deny them.
    DecideTokenRequest,
    /// Send the mail that waits to be sent.
    SendMail,
    /// Read and export the audit log.
    ReadAudit,
    /// Create an organisation, which makes its creator the owner.
    CreateOrganisation,
    /// Sign in.
    StartSession,
    /// List one's own browser sessions.
    ReadOwnSessions,
    /// End one's own browser sessions.
    EndOwnSessions,
    /// Say that a credential is about to end, or has ended.
    GiveExpiryNotice,
    /// Switch off a credential that was not used for as long as a policy allows.
    SwitchOffIdle,
    /// Put the first keyed event into an audit chain.
    KeyAuditChain,
    /// Record that sign-ins to an account failed.
    RecordFailedSignIns,
    /// Add very many credentials at once, for measuring.
    LoadCredentials,
    /// Set the limits of an organization.
    ChangeLimits,
    /// Ask whether somebody else's token is good.
    VerifyCredentials,
    /// As a client, turn a credential that one holds into an access token.
    ExchangeToken,
    /// Revoke a token that one holds.
    RevokePresented,
    /// See the signing keys and let the next one take over.
    RotateSigningKeys,
    /// Let the next signing key take over when it is time.
    RotateSigningKeysOnSchedule,
    /// Make another organization the platform organization.
    TransferPlatform,
}

impl Action {
    /// All actions.
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
        Self::HandOver,
        Self::ReadApis,
        Self::ManageApis,
        Self::ReadMembers,
        Self::ManageMembers,
        Self::LeaveOrganisation,
        Self::AcceptInvitation,
        Self::ReadPolicies,
        Self::ManagePolicies,
        Self::ReadTokenRequests,
        Self::DecideTokenRequest,
        Self::SendMail,
        Self::ReadAudit,
        Self::CreateOrganisation,
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

    /// The scope that is needed, held by the role and, for a credential, by the credential too; none: no scope.
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
            Self::ManageServiceAccounts | Self::HandOver => Some("service_accounts:write"),
            Self::ManageApis => Some("apis:write"),
            Self::ReadMembers => Some("members:read"),
            Self::ManageMembers => Some("members:write"),
            Self::ManagePolicies | Self::DecideTokenRequest => Some("policies:write"),
            Self::ReadAudit => Some("audit:read"),
            Self::VerifyCredentials => Some("keys:verify"),
            Self::LeaveOrganisation
            | Self::AcceptInvitation
            | Self::SendMail
            | Self::CreateOrganisation
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

    /// Whether only a person in a browser session can do it; no credential can.
    pub fn needs_session(self) -> bool {
        matches!(
            self,
            Self::AuthorizeToken
                | Self::HandOver
                | Self::LeaveOrganisation
                | Self::AcceptInvitation
                | Self::CreateOrganisation
                | Self::StartSession
                | Self::ReadOwnSessions
                | Self::EndOwnSessions
                | Self::RotateSigningKeys
        )
    }

    /// Whether it is made for a job of Mintmark's own; nobody else can do it, and a job can do nothing else.
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

    /// Whether it acts for a person or a service account.
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
