//! Audit events, named in the past tense.
//!
//! This module owns the list of events and the data that is recorded for each, as one table. The actor and the request
//! context come from the permit of the change. An event never contains a secret or a verifier.

pub mod detail;
mod table;

pub use self::table::{AuditAction, AuditDetail};

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
        Self { kind: "credential", id: credential.id.to_string(), name: Some(credential.grant.name.to_string()) }
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

/// An event to record. [`AuditEvent::new`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub id: EventId,
    pub at: Timestamp,
    pub action: AuditAction,
    pub target: Target,
    /// The JSON of an [`AuditDetail`].
    pub detail: Value,
}

impl AuditEvent {
    pub fn new(id: EventId, at: Timestamp, target: impl Into<Target>, detail: &AuditDetail) -> Self {
        Self { id, at, action: detail.action(), target: target.into(), detail: detail.to_json() }
    }
}
