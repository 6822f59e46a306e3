//! Audit events: what happened, in the past tense.
//!
//! Owns: the list of things that can have happened and what is recorded of each. The actor and the origin come from
//! the permit under which the change is committed. Never holds a secret or a verifier.

use crate::{
    Timestamp,
    account::Org,
    credential::Credential,
    ids::{EventId, SessionId},
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
    /// A credential's name, description or scopes were changed.
    CredentialUpdated,
    /// A credential was revoked.
    CredentialRevoked,
}

impl AuditAction {
    /// The public name of the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrganisationCreated => "organisation.created",
            Self::SessionStarted => "session.started",
            Self::SessionEnded => "session.ended",
            Self::OtherSessionsEnded => "session.others_ended",
            Self::CredentialIssued => "credential.issued",
            Self::CredentialUpdated => "credential.updated",
            Self::CredentialRevoked => "credential.revoked",
        }
    }
}

/// What it happened to, with the name it had then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `credential`, `session` or `organisation`.
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
