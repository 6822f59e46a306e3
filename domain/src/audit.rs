//! Audit events: what happened, in the past tense.
//!
//! Owns: the list of things that can have happened and what is recorded of each. The actor and the origin come from
//! the permit under which the change is committed. Never holds a secret or a verifier.

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

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    /// An organisation was created, by its first owner.
    OrganisationCreated,
    /// Somebody signed in.
    SessionStarted,
    /// Somebody signed out, or ended one of their sessions.
    SessionEnded,
    /// Somebody ended all their other sessions.
    OtherSessionsEnded,
    /// A credential was issued.
    CredentialIssued,
    /// What a credential is called or grants was changed.
    CredentialUpdated,
    /// A credential was given a new secret.
    CredentialRolled,
    /// A roll was taken back before its secret was used.
    CredentialRollCancelled,
    /// The older secrets of a rolled credential were ended.
    CredentialRollFinished,
    /// A credential was switched off.
    CredentialDisabled,
    /// A credential was switched on again.
    CredentialEnabled,
    /// A credential was revoked.
    CredentialRevoked,
    /// A credential was handed over to another owner.
    CredentialTransferred,
    /// A credential is about to end by time.
    CredentialExpiring,
    /// A credential has ended by time.
    CredentialExpired,
    /// Very many credentials were added at once, for measuring.
    CredentialsLoaded,
    /// Something was refused to somebody who had no right to it.
    CredentialDenied,
    /// A client turned a credential into an access token (RFC 8693).
    CredentialExchanged,
    /// Somebody was given an access token of a client, to look at.
    AccessTokenTested,
    /// An access token was revoked before it ended.
    AccessTokenRevoked,
    /// A signing key was made that will take over, or has.
    SigningKeyRotated,
    /// A service account was created.
    ServiceAccountCreated,
    /// Somebody was invited to become a member.
    MemberInvited,
    /// An invitation was taken back.
    InvitationWithdrawn,
    /// Somebody who was invited became a member.
    MemberJoined,
    /// A member was given another role.
    MemberRoleChanged,
    /// A role was made.
    RoleCreated,
    /// What a role is called or grants was changed.
    RoleUpdated,
    /// A role that nobody had was deleted.
    RoleDeleted,
    /// A member was removed.
    MemberRemoved,
    /// A member left.
    MemberLeft,
    /// What the organisation asks of its credentials of a kind was changed.
    PolicyUpdated,
    /// A credential was let off its policy for a while.
    PolicyExceptionGranted,
    /// A credential has to keep its policy again.
    PolicyExceptionEnded,
    /// A credential that waited for approval was approved.
    CredentialApproved,
    /// A credential that waited for approval was denied it, and revoked.
    CredentialApprovalDenied,
    /// A token from another organisation was authorised by its owner to work here.
    OrgAuthorizationGranted,
    /// Such a token was approved.
    OrgAuthorizationApproved,
    /// Such a token was denied approval.
    OrgAuthorizationDenied,
    /// Such a token does not work here any more.
    OrgAuthorizationEnded,
    /// The tokens of somebody who has left were given another end.
    MemberGraceChanged,
    /// What an organisation has set for itself was changed.
    OrganisationSettingsChanged,
    /// Another organization became the platform organization.
    PlatformTransferred,
    /// An API was defined.
    ApiCreated,
    /// An API was changed, or its scopes or operations.
    ApiUpdated,
    /// From here on the chain is keyed.
    AuditChainKeyed,
    /// The password for an account was wrong, once or several times.
    SignInFailed,
}

impl AuditAction {
    /// All of them.
    pub const ALL: [Self; 47] = [
        Self::OrganisationCreated,
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
        Self::OrganisationSettingsChanged,
        Self::PlatformTransferred,
        Self::ApiCreated,
        Self::ApiUpdated,
        Self::AuditChainKeyed,
        Self::SignInFailed,
    ];

    /// The public name of the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrganisationCreated => "organisation.created",
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
            Self::OrganisationSettingsChanged => "organisation.settings_changed",
            Self::PlatformTransferred => "platform.transferred",
            Self::ApiCreated => "api.created",
            Self::ApiUpdated => "api.updated",
            Self::AuditChainKeyed => "audit.chain_keyed",
            Self::SignInFailed => "sign_in.failed",
        }
    }

    /// Whether what it says can change a verdict, so that every node must hear of it.
    pub fn concerns_verification(self) -> bool {
        match self {
            Self::OrganisationCreated
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
            | Self::OrganisationSettingsChanged
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

/// What it happened to, with the name it had then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `credential`, `session`, `organisation`, `service_account`, `user`, `invitation`, `role`, `policy`,
    /// `policy_exception`, `org_authorization`, `platform` or `api`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name, where it has one.
    pub name: Option<String>,
}

impl From<&Credential> for Target {
    fn from(credential: &Credential) -> Self {
        Self { kind: "credential", id: credential.id.to_string(), name: Some(credential.name.to_string()) }
    }
}

impl From<&Org> for Target {
    fn from(org: &Org) -> Self {
        Self { kind: "organisation", id: org.id.to_string(), name: Some(org.name.to_string()) }
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

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: AuditAction,
    /// To what.
    pub target: Target,
    /// What changed: before and after, without secrets.
    pub detail: Value,
}
