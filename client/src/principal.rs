//! Who is calling, once that is certain.
//!
//! Owns: the one form in which handlers see a caller, whichever credential it came with, and the questions they ask of it. It
//! holds nothing secret, so it may be logged.

use crate::error::AuthError;
use std::collections::BTreeSet;

/// What kind of subject a credential acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubjectType {
    /// A person.
    User,
    /// A user that is a program; owns tokens as a person does.
    ServiceAccount,
    /// An OAuth client, with an access token of its own.
    Client,
    /// An organisation's API key.
    Application,
}

impl SubjectType {
    /// From the claim `sub_type`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "user" => Self::User,
            "service_account" => Self::ServiceAccount,
            "client" => Self::Client,
            "application" => Self::Application,
            _ => return None,
        })
    }

    /// Whether an operation that acts for somebody may be performed: for a person or a service account.
    pub fn has_user(self) -> bool {
        matches!(self, Self::User | Self::ServiceAccount)
    }
}

/// A caller whose credential is valid for this API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `sub`: `usr_…`, `svc_…`, `cli_…` or `key_…`. Unique across kinds.
    pub subject: String,
    /// What `subject` is.
    pub subject_type: SubjectType,
    /// The name of the user, if there is one and the issuer said it.
    pub user_name: Option<String>,
    /// The client that the credential was issued to.
    pub client_id: Option<String>,
    /// The organisation whose data this caller may see: the tenant.
    pub org_id: String,
    /// What it may do here. Use [`Principal::has_scope`] to ask.
    pub scopes: BTreeSet<String>,
    /// What the credential is limited to, such as `project:a`; empty: nothing, it reaches the whole organization. Use
    /// [`Principal::reaches`] to ask.
    pub resources: Vec<String>,
    /// Whether the credential was made for trying things.
    pub is_test: bool,
    /// The credential, for logs and for revoking it. Access tokens need not name theirs.
    pub credential_id: Option<String>,
    /// When the credential ends, in seconds since 1970; nothing where it does not.
    pub expires_at: Option<u64>,
    /// The id of this very token.
    pub jti: Option<String>,
}

impl Principal {
    /// Whether it holds exactly this scope. `all` is not a scope of an API: the issuer spells out what it stands for.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Whether it reaches this resource: one that it is limited to, or that lies in one.
    pub fn reaches(&self, resource: &str) -> bool {
        let covers =
            |own: &String| resource.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.resources.is_empty() || self.resources.iter().any(covers)
    }

    /// Goes on only if all `scopes` are held.
    ///
    /// # Errors
    /// [`AuthError::InsufficientScope`].
    pub fn require_scopes(&self, scopes: &[&str]) -> Result<(), AuthError> {
        let named = |scope: &&str| (*scope).to_owned();
        let missing: Vec<String> = scopes.iter().filter(|scope| !self.has_scope(scope)).map(named).collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(AuthError::InsufficientScope { required: scopes.iter().map(named).collect(), missing })
        }
    }

    /// Goes on only for a person or a service account.
    ///
    /// # Errors
    /// [`AuthError::UserContextRequired`].
    pub fn require_user(&self) -> Result<(), AuthError> {
        if self.subject_type.has_user() { Ok(()) } else { Err(AuthError::UserContextRequired) }
    }

    /// Goes on only for a credential of an organisation: an API key or a client.
    ///
    /// # Errors
    /// [`AuthError::ApplicationContextRequired`].
    pub fn require_application(&self) -> Result<(), AuthError> {
        if self.subject_type.has_user() { Err(AuthError::ApplicationContextRequired) } else { Ok(()) }
    }
}
