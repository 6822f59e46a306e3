//! The caller, after verification.
//!
//! Owns: the one form in which handlers see a caller, for every kind of credential. It contains nothing secret, so it
//! may be logged.

use crate::error::AuthError;
use std::collections::BTreeSet;

/// The kind of subject that a credential represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubjectType {
    /// A person.
    User,
    /// A user that is a program. It owns tokens as a person does.
    ServiceAccount,
    /// An OAuth client, with an access token of its own.
    Client,
    /// An API key of an organization.
    Application,
}

impl SubjectType {
    /// Parses the claim `sub_type`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "user" => Self::User,
            "service_account" => Self::ServiceAccount,
            "client" => Self::Client,
            "application" => Self::Application,
            _ => return None,
        })
    }

    /// True for a person or a service account, who may perform operations that act for a user.
    pub fn has_user(self) -> bool {
        matches!(self, Self::User | Self::ServiceAccount)
    }
}

/// A caller whose credential is valid for this API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The claim `sub`: `usr_…`, `svc_…`, `cli_…` or `key_…`. It is unique across all kinds.
    pub subject: String,
    /// The kind of `subject`.
    pub subject_type: SubjectType,
    /// The name of the user, if there is one and the issuer sent it.
    pub user_name: Option<String>,
    /// The client that the credential was issued to, if the issuer sent it.
    pub client_id: Option<String>,
    /// The organization whose data this caller may see: the tenant.
    pub org_id: String,
    /// Effective scopes for this API. To check one, use [`Principal::has_scope`].
    pub scopes: BTreeSet<String>,
    /// Resources that the credential is limited to, such as `project:a`. If empty, it reaches the whole organization.
    /// To check one, use [`Principal::reaches`].
    pub resources: Vec<String>,
    /// Whether this is a test credential.
    pub is_test: bool,
    /// Id of the credential, for logs and for revoking it. Access tokens may lack it.
    pub credential_id: Option<String>,
    /// When the credential ends, in seconds since 1970; `None` if it does not end.
    pub expires_at: Option<u64>,
    /// The id of this access token.
    pub jti: Option<String>,
}

impl Principal {
    /// True if the caller has exactly this scope. `all` is not a scope of an API: the issuer expands it.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// True if the caller reaches this resource: one that the credential is limited to, or one inside it. A credential
    /// without limits reaches every resource.
    pub fn reaches(&self, resource: &str) -> bool {
        let covers =
            |own: &String| resource.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.resources.is_empty() || self.resources.iter().any(covers)
    }

    /// Succeeds only if the caller has all `scopes`.
    ///
    /// # Errors
    /// [`AuthError::InsufficientScope`] if a scope is missing.
    pub fn require_scopes(&self, scopes: &[&str]) -> Result<(), AuthError> {
        let named = |scope: &&str| (*scope).to_owned();
        let missing: Vec<String> = scopes.iter().filter(|scope| !self.has_scope(scope)).map(named).collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(AuthError::InsufficientScope { required: scopes.iter().map(named).collect(), missing })
        }
    }

    /// Succeeds only for a person or a service account.
    ///
    /// # Errors
    /// [`AuthError::UserContextRequired`] for any other caller.
    pub fn require_user(&self) -> Result<(), AuthError> {
        if self.subject_type.has_user() { Ok(()) } else { Err(AuthError::UserContextRequired) }
    }

    /// Succeeds only for a credential of an organization: an API key or a client.
    ///
    /// # Errors
    /// [`AuthError::ApplicationContextRequired`] for a person or a service account.
    pub fn require_application(&self) -> Result<(), AuthError> {
        if self.subject_type.has_user() { Err(AuthError::ApplicationContextRequired) } else { Ok(()) }
    }
}
