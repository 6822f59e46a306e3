//! Audit events, named in the past tense.
//!
//! This module owns the list of events and the data that is recorded for each. The actor and the request context come
//! from the permit of the change. An event never contains a secret or a verifier.

use crate::{
    Timestamp,
    access::CustomRole,
    account::{Invitation, Org, ServiceAccount, User},
    credential::{Credential, CredentialKind},
    ids::{EventId, SessionId},
    operation::Api,
    policy::{Exception, Version},
};
use serde_json::Value;

/// The type of an audit event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    /// An organization was created by its first owner.
    OrganizationCreated,
    /// A person signed in.
    SessionStarted,
    /// A person signed out, or ended one of their sessions.
    SessionEnded,
    /// A person ended all of their other sessions.
    OtherSessionsEnded,
    CredentialIssued,
    /// The name, the description or the rights of a credential were changed.
    CredentialUpdated,
    /// A credential got a new secret.
    CredentialRolled,
    /// A roll was canceled before its new secret was used.
    CredentialRollCancelled,
    /// The older secrets of a rolled credential were revoked.
    CredentialRollFinished,
    CredentialDisabled,
    CredentialEnabled,
    CredentialRevoked,
    /// A credential was transferred to another owner.
    CredentialTransferred,
    /// A credential will reach its end soon.
    CredentialExpiring,
    /// A credential has reached its end.
    CredentialExpired,
    /// Many credentials were added at once, to measure performance.
    CredentialsLoaded,
    /// A caller was denied an action because a right was missing.
    CredentialDenied,
    /// A client exchanged a credential for an access token (RFC 8693).
    CredentialExchanged,
    /// A person received an access token of a client, to inspect it.
    AccessTokenTested,
    /// An access token was revoked before its end.
    AccessTokenRevoked,
    /// A new signing key was created, which will take over or has taken over.
    SigningKeyRotated,
    ServiceAccountCreated,
    MemberInvited,
    InvitationWithdrawn,
    /// An invited person became a member.
    MemberJoined,
    MemberRoleChanged,
    RoleCreated,
    /// The name, the description or the rights of a role were changed.
    RoleUpdated,
    /// A role without members was deleted.
    RoleDeleted,
    MemberRemoved,
    MemberLeft,
    /// A policy was announced or changed.
    PolicyUpdated,
    /// A credential got an exception from its policy.
    PolicyExceptionGranted,
    /// The exception of a credential was ended.
    PolicyExceptionEnded,
    /// An approval request was approved.
    CredentialApproved,
    /// An approval request was denied, and its credential was revoked.
    CredentialApprovalDenied,
    /// The owner of a token from another organization authorized it for this one.
    OrgAuthorizationGranted,
    /// The organization authorization of a token was approved.
    OrgAuthorizationApproved,
    /// The organization authorization of a token was denied.
    OrgAuthorizationDenied,
    /// The organization authorization of a token was ended.
    OrgAuthorizationEnded,
    /// The grace period of a former member's tokens was changed.
    MemberGraceChanged,
    OrganizationSettingsChanged,
    /// Another organization became the platform organization.
    PlatformTransferred,
    ApiCreated,
    /// An API, its scopes or its operations were changed.
    ApiUpdated,
    /// From this event on, the audit chain is keyed.
    AuditChainKeyed,
    /// One or more sign-ins to an account failed because of a wrong password.
    SignInFailed,
}

impl AuditAction {
    pub const ALL: [Self; 47] = [
        Self::OrganizationCreated,
        Self::SessionStarted,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::CredentialIssued,
        Self::CredentialUpdated,
        Self::CredentialRolled,
        Self::CredentialRollCancelled,
        Self::CredentialRollFinished,
        Self::CredentialDisabled,
        Self::CredentialEnabled,
        Self::CredentialRevoked,
        Self::CredentialTransferred,
        Self::CredentialExpiring,
        Self::CredentialExpired,
        Self::CredentialsLoaded,
        Self::CredentialDenied,
        Self::CredentialExchanged,
        Self::AccessTokenTested,
        Self::AccessTokenRevoked,
        Self::SigningKeyRotated,
        Self::ServiceAccountCreated,
        Self::MemberInvited,
        Self::InvitationWithdrawn,
        Self::MemberJoined,
        Self::MemberRoleChanged,
        Self::RoleCreated,
        Self::RoleUpdated,
        Self::RoleDeleted,
        Self::MemberRemoved,
        Self::MemberLeft,
        Self::PolicyUpdated,
        Self::PolicyExceptionGranted,
        Self::PolicyExceptionEnded,
        Self::CredentialApproved,
        Self::CredentialApprovalDenied,
        Self::OrgAuthorizationGranted,
        Self::OrgAuthorizationApproved,
        Self::OrgAuthorizationDenied,
        Self::OrgAuthorizationEnded,
        Self::MemberGraceChanged,
        Self::OrganizationSettingsChanged,
        Self::PlatformTransferred,
        Self::ApiCreated,
        Self::ApiUpdated,
        Self::AuditChainKeyed,
        Self::SignInFailed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrganizationCreated => "organization.created",
            Self::SessionStarted => "session.started",
            Self::SessionEnded => "session.ended",
            Self::OtherSessionsEnded => "session.others_ended",
            Self::CredentialIssued => "credential.issued",
            Self::CredentialUpdated => "credential.updated",
            Self::CredentialRolled => "credential.rolled",
            Self::CredentialRollCancelled => "credential.roll_cancelled",
            Self::CredentialRollFinished => "credential.roll_finished",
            Self::CredentialDisabled => "credential.disabled",
            Self::CredentialEnabled => "credential.enabled",
            Self::CredentialRevoked => "credential.revoked",
            Self::CredentialTransferred => "credential.transferred",
            Self::CredentialExpiring => "credential.expiring",
            Self::CredentialExpired => "credential.expired",
            Self::CredentialsLoaded => "credentials.loaded",
            Self::CredentialDenied => "credential.denied",
            Self::CredentialExchanged => "credential.exchanged",
            Self::AccessTokenTested => "access_token.tested",
            Self::AccessTokenRevoked => "access_token.revoked",
            Self::SigningKeyRotated => "signing_key.rotated",
            Self::ServiceAccountCreated => "service_account.created",
            Self::MemberInvited => "member.invited",
            Self::InvitationWithdrawn => "member.invitation_withdrawn",
            Self::MemberJoined => "member.joined",
            Self::MemberRoleChanged => "member.role_changed",
            Self::RoleCreated => "role.created",
            Self::RoleUpdated => "role.updated",
            Self::RoleDeleted => "role.deleted",
            Self::MemberRemoved => "member.removed",
            Self::MemberLeft => "member.left",
            Self::PolicyUpdated => "policy.updated",
            Self::PolicyExceptionGranted => "policy.exception_granted",
            Self::PolicyExceptionEnded => "policy.exception_ended",
            Self::CredentialApproved => "credential.approved",
            Self::CredentialApprovalDenied => "credential.approval_denied",
            Self::OrgAuthorizationGranted => "org_authorization.granted",
            Self::OrgAuthorizationApproved => "org_authorization.approved",
            Self::OrgAuthorizationDenied => "org_authorization.denied",
            Self::OrgAuthorizationEnded => "org_authorization.ended",
            Self::MemberGraceChanged => "member.grace_changed",
            Self::OrganizationSettingsChanged => "organization.settings_changed",
            Self::PlatformTransferred => "platform.transferred",
            Self::ApiCreated => "api.created",
            Self::ApiUpdated => "api.updated",
            Self::AuditChainKeyed => "audit.chain_keyed",
            Self::SignInFailed => "sign_in.failed",
        }
    }

    /// Returns whether the event can change a verdict, so that every node must process it.
    pub fn concerns_verification(self) -> bool {
        match self {
            Self::OrganizationCreated
            | Self::CredentialIssued
            | Self::CredentialUpdated
            | Self::CredentialRolled
            | Self::CredentialRollCancelled
            | Self::CredentialRollFinished
            | Self::CredentialDisabled
            | Self::CredentialEnabled
            | Self::CredentialRevoked
            | Self::CredentialTransferred
            | Self::CredentialsLoaded
            | Self::AccessTokenRevoked
            | Self::SigningKeyRotated
            | Self::ServiceAccountCreated
            | Self::MemberJoined
            | Self::MemberRoleChanged
            | Self::RoleUpdated
            | Self::RoleDeleted
            | Self::MemberRemoved
            | Self::MemberLeft
            | Self::PolicyUpdated
            | Self::PolicyExceptionGranted
            | Self::PolicyExceptionEnded
            | Self::CredentialApproved
            | Self::CredentialApprovalDenied
            | Self::OrgAuthorizationGranted
            | Self::OrgAuthorizationApproved
            | Self::OrgAuthorizationDenied
            | Self::OrgAuthorizationEnded
            | Self::MemberGraceChanged
            | Self::PlatformTransferred
            | Self::ApiCreated
            | Self::ApiUpdated => true,
            Self::SessionStarted
            | Self::SessionEnded
            | Self::OtherSessionsEnded
            | Self::CredentialExpiring
            | Self::CredentialExpired
            | Self::OrganizationSettingsChanged
            | Self::MemberInvited
            | Self::RoleCreated
            | Self::InvitationWithdrawn
            | Self::CredentialDenied
            | Self::CredentialExchanged
            | Self::AccessTokenTested
            | Self::AuditChainKeyed
            | Self::SignInFailed => false,
        }
    }
}

/// The object of an event, with the name that it had then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `credential`, `session`, `organization`, `service_account`, `user`, `invitation`, `role`, `policy`,
    /// `policy_exception`, `org_authorization`, `platform` or `api`.
    pub kind: &'static str,
    pub id: String,
    /// The name, if the object has one.
    pub name: Option<String>,
}

impl From<&Credential> for Target {
    fn from(credential: &Credential) -> Self {
        Self { kind: "credential", id: credential.id.to_string(), name: Some(credential.name.to_string()) }
    }
}

impl From<&Org> for Target {
    fn from(org: &Org) -> Self {
        Self { kind: "organization", id: org.id.to_string(), name: Some(org.name.to_string()) }
    }
}

impl From<&Api> for Target {
    fn from(api: &Api) -> Self {
        Self { kind: "api", id: api.id.to_string(), name: Some(api.name.to_string()) }
    }
}

impl From<&User> for Target {
    fn from(user: &User) -> Self {
        Self { kind: "user", id: user.id.to_string(), name: Some(user.name.to_string()) }
    }
}

impl From<&Invitation> for Target {
    fn from(invitation: &Invitation) -> Self {
        Self { kind: "invitation", id: invitation.id.to_string(), name: Some(invitation.email.to_string()) }
    }
}

impl From<&CustomRole> for Target {
    fn from(role: &CustomRole) -> Self {
        Self { kind: "role", id: role.id.to_string(), name: Some(role.name.to_string()) }
    }
}

impl From<(CredentialKind, &Version)> for Target {
    fn from((kind, version): (CredentialKind, &Version)) -> Self {
        Self { kind: "policy", id: version.id.to_string(), name: Some(kind.to_string()) }
    }
}

impl From<&Exception> for Target {
    fn from(exception: &Exception) -> Self {
        let name = Some(exception.name.to_string());
        Self { kind: "policy_exception", id: exception.credential.to_string(), name }
    }
}

impl From<&ServiceAccount> for Target {
    fn from(account: &ServiceAccount) -> Self {
        Self { kind: "service_account", id: account.id.to_string(), name: Some(account.name.to_string()) }
    }
}

impl From<SessionId> for Target {
    fn from(session: SessionId) -> Self {
        Self { kind: "session", id: session.to_string(), name: None }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub id: EventId,
    pub at: Timestamp,
    pub action: AuditAction,
    pub target: Target,
    /// The changed values before and after, without secrets.
    pub detail: Value,
}
