//! The operation catalogue: every API with its scopes, and every operation with what it needs.
//!
//! Owns: the record that enforcement, refusals, the scope picker, the preview, the advice and the documentation all
//! read, and the pure questions asked of it. Mintmark's own API is its first entry, made from [`crate::access::Action`].

mod advice;
mod api;
mod audience;
mod catalogue;
mod change;
mod grant_catalogue;
mod import;
mod import_flaws;
mod management;
mod preview;

pub use self::advice::{Advice, KindAdvice, advise};
pub use self::api::{
    Api, ApiDraft, ApiScope, ApiScopeDraft, MAX_API_SCOPES, MAX_OPERATION_SCOPES, MAX_OPERATIONS, OperationDraft,
    SigningAlg, check_api, check_api_scope, check_operation,
};
pub use self::audience::audience_key;
pub use self::catalogue::Catalogue;
pub use self::change::{ApiEdit, check_api_edit};
pub use self::grant_catalogue::{ApiIdentity, GrantCatalogue};
pub use self::import::{ApiAdditions, ImportedApi, MAX_ALTERNATIVES, check_import, read_openapi};
pub use self::management::{MANAGEMENT_OPERATIONS, ManagementOperation, management_api};
pub use self::preview::{Can, preview};

use crate::{credential::CredentialKind, scope::ScopeSet};
use serde::{Deserialize, Serialize};

/// Whether an operation acts for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserContext {
    /// Only with a credential that represents a person or a service account.
    Required,
    /// Either way.
    #[default]
    Optional,
    /// Only with a credential of the organisation.
    Forbidden,
}

/// Which scopes do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeRule {
    /// One of these; with none, every credential will do.
    Any(ScopeSet),
    /// All of these.
    All(ScopeSet),
}

impl ScopeRule {
    /// The scopes named.
    pub fn scopes(&self) -> &ScopeSet {
        match self {
            Self::Any(scopes) | Self::All(scopes) => scopes,
        }
    }

    /// What is missing from `held`: nothing if the rule is met.
    #[must_use]
    pub fn missing(&self, held: &ScopeSet) -> ScopeSet {
        match self {
            Self::Any(scopes) if scopes.is_empty() || scopes.intersects(held) => ScopeSet::default(),
            Self::Any(scopes) | Self::All(scopes) => scopes.difference(held),
        }
    }
}

/// One operation of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its name, such as `contacts.create`; unique in its API.
    pub id: String,
    /// The HTTP method.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The scopes it needs.
    pub scopes: ScopeRule,
    /// Whether it acts for a person.
    pub user_context: UserContext,
    /// The type of resource it acts on, where it acts on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
}

/// Why a credential cannot perform an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CannotBecause {
    /// It represents nobody.
    UserContextRequired,
    /// It represents a person.
    ApplicationContextRequired,
    /// These scopes are missing: one of them, or all.
    InsufficientScope {
        /// The scopes.
        missing: ScopeSet,
    },
}

impl Operation {
    /// Whether a credential of this kind that holds these scopes (with `all` spelt out) can perform it. This is the rule
    /// that is enforced.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn check(&self, kind: CredentialKind, held: &ScopeSet) -> Result<(), CannotBecause> {
        match (self.user_context, kind.rules().has_user) {
            (UserContext::Required, false) => return Err(CannotBecause::UserContextRequired),
            (UserContext::Forbidden, true) => return Err(CannotBecause::ApplicationContextRequired),
            _ => {}
        }
        let missing = self.scopes.missing(held);
        if missing.is_empty() { Ok(()) } else { Err(CannotBecause::InsufficientScope { missing }) }
    }
}
