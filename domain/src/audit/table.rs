//! The table of audit events.
//!
//! This module owns one row for each event: its name in JSON, its title for people, whether it can change a verdict, and
//! the data that is recorded with it. [`AuditAction`] and [`AuditDetail`] are made from the table. The stored JSON is
//! part of the public contract, and rows of earlier releases must still read. The next stop is the sentence for people,
//! in `app/src/audit/sentence.rs`.

use super::detail::{ApiChange, Changes, DisabledBy, EnabledBy, Load, Method, Party, Setting, Span};
use crate::{
    Timestamp,
    access::{Reach, ServiceAccountRole},
    credential::{CredentialKind, Status},
    ids::{CredentialId, OrgId, UserId},
    oauth::Audience,
    operation::SigningAlg,
    resource::ResourceSet,
    scope::ScopeSet,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What an event is for, apart from the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Concern {
    /// It can change a verdict, so every node must process it.
    Verdicts,
    /// It changes no verdict.
    LogOnly,
}
use Concern::{LogOnly, Verdicts};

struct Row {
    code: &'static str,
    title: &'static str,
    concern: Concern,
}

/// Makes both enums, [`AuditAction::ALL`] and the look-up of a row from one list.
macro_rules! events {
    ($($(#[$doc:meta])* $event:ident $data:tt = $code:literal, $title:literal, $concern:expr;)+) => {
        /// The type of an audit event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$doc])* $event,)+
        }

        /// The data of an audit event: the changed values before and after, without secrets.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "action", content = "detail")]
        pub enum AuditDetail {
            $(#[serde(rename = $code)] $event $data,)+
        }

        impl AuditAction {
            /// All events, in the order of the filter of the log.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$event),+];

            fn row(self) -> Row {
                match self {
                    $(Self::$event => Row { code: $code, title: $title, concern: $concern },)+
                }
            }
        }

        impl AuditDetail {
            pub fn action(&self) -> AuditAction {
                match self {
                    $(Self::$event { .. } => AuditAction::$event,)+
                }
            }
        }
    };
}

events! {
    CredentialIssued {
        kind: CredentialKind,
        redacted: String,
        scopes: ScopeSet,
        resources: ResourceSet,
        expires_at: Option<Timestamp>,
        justification: Option<String>,
        #[serde(default)]
        needs_approval: bool,
    } = "credential.issued", "Issued", Verdicts;
    /// The name, the description or the rights of a credential were changed.
    CredentialUpdated(Changes) = "credential.updated", "Changed", Verdicts;
    /// A credential got a new secret.
    CredentialRolled { overlap_seconds: i64, redacted: String } = "credential.rolled", "Rolled", Verdicts;
    /// A roll was canceled before its new secret was used.
    CredentialRollCancelled { redacted: String } = "credential.roll_cancelled", "Roll cancelled", Verdicts;
    /// The older secrets of a rolled credential were revoked.
    CredentialRollFinished { ended: Vec<String> } = "credential.roll_finished", "Roll finished", Verdicts;
    CredentialDisabled {
        #[serde(flatten)]
        by: Option<DisabledBy>,
    } = "credential.disabled", "Disabled", Verdicts;
    CredentialEnabled {
        #[serde(flatten)]
        by: Option<EnabledBy>,
    } = "credential.enabled", "Enabled", Verdicts;
    CredentialRevoked {
        redacted: String,
        last_used_at: Option<Timestamp>,
        was: Status,
    } = "credential.revoked", "Revoked", Verdicts;
    /// A credential was transferred to another owner.
    CredentialTransferred { from: Party, to: Party } = "credential.transferred", "Transferred", Verdicts;
    /// A credential will reach its end soon.
    CredentialExpiring {
        days: i64,
        expires_at: Option<Timestamp>,
    } = "credential.expiring", "Notice of an end", LogOnly;
    /// A credential has reached its end.
    CredentialExpired { expires_at: Option<Timestamp> } = "credential.expired", "Expired", LogOnly;
    /// Many credentials were added at once, to measure performance.
    CredentialsLoaded(Load) = "credentials.loaded", "Loaded for measuring", Verdicts;
    /// A client exchanged a credential for an access token (RFC 8693).
    CredentialExchanged {
        client_id: CredentialId,
        jti: String,
        scope: String,
        aud: Audience,
    } = "credential.exchanged", "Exchanged for an access token", LogOnly;
    /// A caller was denied an action because a right was missing.
    CredentialDenied {
        /// The code of the action or of the rule.
        asked_for: String,
        why: String,
        /// The missing scopes, separated by spaces.
        #[serde(skip_serializing_if = "Option::is_none")]
        missing_scopes: Option<String>,
    } = "credential.denied", "Refused", LogOnly;
    /// A person received an access token of a client, to inspect it.
    AccessTokenTested { jti: String, scope: String, aud: Audience } = "access_token.tested", "Test token issued", LogOnly;
    /// An access token was revoked before its end.
    AccessTokenRevoked {
        client_id: CredentialId,
        credential_id: CredentialId,
        sub: String,
    } = "access_token.revoked", "Access token revoked", Verdicts;
    ServiceAccountCreated {
        role: ServiceAccountRole,
    } = "service_account.created", "Service account created", Verdicts;
    /// A policy was announced or changed.
    PolicyUpdated {
        /// The rules before, as the API shows them.
        before: Value,
        after: Value,
        affected: u64,
        warns_at: Option<Timestamp>,
        enforced_at: Option<Timestamp>,
    } = "policy.updated", "Policy changed", Verdicts;
    /// A credential got an exception from its policy.
    PolicyExceptionGranted {
        ends_at: Option<Timestamp>,
        note: String,
    } = "policy.exception_granted", "Exception made", Verdicts;
    /// The exception of a credential was ended.
    PolicyExceptionEnded {} = "policy.exception_ended", "Exception ended", Verdicts;
    /// An approval request was approved.
    CredentialApproved {
        note: String,
        /// The scopes that were requested.
        asked_for: ScopeSet,
        scopes: ScopeSet,
    } = "credential.approved", "Approved", Verdicts;
    /// An approval request was denied, and its credential was revoked.
    CredentialApprovalDenied {
        note: String,
        asked_for: ScopeSet,
        scopes: ScopeSet,
    } = "credential.approval_denied", "Approval denied", Verdicts;
    /// The owner of a token from another organization authorized it for this one.
    OrgAuthorizationGranted {
        redacted: String,
        scopes: ScopeSet,
        resources: ResourceSet,
        expires_at: Option<Timestamp>,
        #[serde(default)]
        needs_approval: bool,
    } = "org_authorization.granted", "Authorized for here", Verdicts;
    /// The organization authorization of a token was approved.
    OrgAuthorizationApproved {
        note: String,
        scopes: ScopeSet,
        owner: UserId,
    } = "org_authorization.approved", "Approved for here", Verdicts;
    /// The organization authorization of a token was denied.
    OrgAuthorizationDenied {
        note: String,
        scopes: ScopeSet,
        owner: UserId,
    } = "org_authorization.denied", "Denied for here", Verdicts;
    /// The organization authorization of a token was ended.
    OrgAuthorizationEnded {
        redacted: String,
        owner: UserId,
        by_owner: bool,
        #[serde(flatten)]
        by: Option<DisabledBy>,
    } = "org_authorization.ended", "Taken back for here", Verdicts;
    MemberInvited {
        role: String,
        #[serde(default)]
        role_name: String,
        expires_at: Option<Timestamp>,
        #[serde(default)]
        mailed: bool,
    } = "member.invited", "Invited", LogOnly;
    InvitationWithdrawn {} = "member.invitation_withdrawn", "Invitation taken back", LogOnly;
    /// An invited person became a member.
    MemberJoined {
        role: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        role_name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        invited_by: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        proved_address: Option<bool>,
    } = "member.joined", "Joined", Verdicts;
    MemberRoleChanged {
        before: String,
        #[serde(default)]
        before_name: String,
        after: String,
        #[serde(default)]
        after_name: String,
    } = "member.role_changed", "Role changed", Verdicts;
    RoleCreated { scopes: ScopeSet, reach: Reach } = "role.created", "Role made", LogOnly;
    /// The name, the description or the rights of a role were changed.
    RoleUpdated(Changes) = "role.updated", "Role changed in what it may do", Verdicts;
    /// A role without members was deleted.
    RoleDeleted { scopes: ScopeSet, reach: Reach } = "role.deleted", "Role deleted", Verdicts;
    MemberRemoved {
        role: String,
        #[serde(default)]
        role_name: String,
        grace_ends_at: Option<Timestamp>,
    } = "member.removed", "Removed", Verdicts;
    MemberLeft {
        role: String,
        #[serde(default)]
        role_name: String,
        grace_ends_at: Option<Timestamp>,
    } = "member.left", "Left", Verdicts;
    /// The grace period of a former member's tokens was changed.
    MemberGraceChanged(Span<Timestamp>) = "member.grace_changed", "Grace changed", Verdicts;
    OrganizationSettingsChanged(Setting) = "organization.settings_changed", "Settings changed", LogOnly;
    ApiCreated { audience: String, scopes: usize, operations: usize } = "api.created", "API defined", Verdicts;
    /// An API, its scopes or its operations were changed.
    ApiUpdated(ApiChange) = "api.updated", "API extended", Verdicts;
    /// A person signed in.
    SessionStarted { method: Method } = "session.started", "Signed in", LogOnly;
    /// A person signed out, or ended one of their sessions.
    SessionEnded {} = "session.ended", "Session ended", LogOnly;
    /// A person ended all of their other sessions.
    OtherSessionsEnded { ended: u64 } = "session.others_ended", "Other sessions ended", LogOnly;
    /// An organization was created by its first owner.
    OrganizationCreated { slug: String, owner: UserId } = "organization.created", "Organization created", Verdicts;
    /// A new signing key was created, which will take over or has taken over.
    SigningKeyRotated {
        alg: SigningAlg,
        activates_at: Timestamp,
        #[serde(default)]
        emergency: bool,
    } = "signing_key.rotated", "Signing key rotated", Verdicts;
    /// From this event on, the audit chain is keyed.
    AuditChainKeyed {} = "audit.chain_keyed", "Audit log keyed", LogOnly;
    /// One or more sign-ins to an account failed because of a wrong password.
    SignInFailed {
        attempts: u64,
        last_attempt_at: Option<Timestamp>,
    } = "sign_in.failed", "Sign-in failed", LogOnly;
    /// Another organization became the platform organization.
    PlatformTransferred { from: OrgId, to: OrgId } = "platform.transferred", "Platform transferred", Verdicts;
}

impl AuditAction {
    /// Returns the name in JSON.
    pub fn as_str(self) -> &'static str {
        self.row().code
    }

    /// Returns the name that the screens show.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Returns whether the event can change a verdict, so that every node must process it.
    pub fn concerns_verification(self) -> bool {
        self.row().concern == Verdicts
    }
}

impl AuditDetail {
    /// Returns the JSON to store, without the name of the event.
    pub fn to_json(&self) -> Value {
        let mut whole = serde_json::to_value(self).unwrap_or_default();
        whole.get_mut("detail").map(Value::take).unwrap_or_default()
    }

    /// Reads stored JSON. Returns `None` for an event that this release does not know.
    pub fn read(action: &str, detail: &Value) -> Option<Self> {
        serde_json::from_value(json!({ "action": action, "detail": detail })).ok()
    }
}
