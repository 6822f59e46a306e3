//! The operation catalog: every API with its scopes, and every operation with its requirements.
//!
//! Enforcement, error messages, the scope picker, the preview, the advice and the documentation all read this catalog.
//! Mintmark's own API is its first entry, made from [`crate::access::Action`].

mod advice;
mod api;
mod audience;
mod catalog;
mod change;
mod grant_catalog;
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
pub use self::catalog::Catalog;
pub use self::change::{ApiEdit, check_api_edit};
pub use self::grant_catalog::{ApiIdentity, GrantCatalog};
pub use self::import::{ApiAdditions, ImportedApi, MAX_ALTERNATIVES, check_import, read_openapi};
pub use self::management::{MANAGEMENT_OPERATIONS, ManagementOperation, management_api, management_operation};
pub use self::preview::{Can, preview};

use crate::{credential::CredentialKind, scope::ScopeSet};
use serde::{Deserialize, Serialize};

/// Whether an operation acts for a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserContext {
    /// The operation needs a credential that represents a person or a service account.
    Required,
    /// The operation accepts both.
    #[default]
    Optional,
    /// The operation needs a credential of the organization that represents no user.
    Forbidden,
}

/// The scopes that an operation needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScopeRule {
    /// Any one of these scopes. An empty set allows every credential.
    Any(ScopeSet),
    /// All of these scopes.
    All(ScopeSet),
}

impl ScopeRule {
    pub fn scopes(&self) -> &ScopeSet {
        match self {
            Self::Any(scopes) | Self::All(scopes) => scopes,
        }
    }

    /// Returns the scopes that are missing from `held`. The result is empty if the rule is met.
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Operation {
    /// Name of the operation, such as `contacts.create`. It is unique within the API.
    pub id: String,
    /// The HTTP method.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The scopes that the operation needs.
    pub scopes: ScopeRule,
    /// Whether the operation acts for a user.
    pub user_context: UserContext,
    /// The type of resource that the operation acts on, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
}

/// The reason why a credential cannot perform an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CannotBecause {
    /// The operation needs a user, and the credential represents none.
    UserContextRequired,
    /// The operation needs an application, and the credential represents a user.
    ApplicationContextRequired,
    /// Scopes are missing.
    InsufficientScope {
        /// The missing scopes. The operation needs any one of them, or all.
        missing: ScopeSet,
    },
}

impl Operation {
    /// Checks whether a credential of this kind with these scopes can perform the operation. `held` must have `all`
    /// expanded. This is the rule that is enforced.
    ///
    /// # Errors
    /// Returns the first reason why the credential cannot perform the operation.
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
