//! Changing an API that exists.
//!
//! Owns: what of it may change, and what stands in the way of removing a scope. Its audience never changes: tokens that are
//! out name it.

use super::{Api, Operation, SigningAlg, api::check_access_token_seconds};
use crate::{Name, error::FieldErrors};
use serde::{Deserialize, Deserializer, Serialize};

/// A request to change an API; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiEdit {
    /// A new name.
    #[serde(default, deserialize_with = "given")]
    pub name: Option<String>,
    /// A new way of signing its access tokens.
    #[serde(default, deserialize_with = "given")]
    pub signing_alg: Option<SigningAlg>,
    /// A new life of its access tokens.
    #[serde(default, deserialize_with = "given")]
    pub access_token_seconds: Option<u32>,
}

/// Each of these is always there, so `null` is none of them.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The API as it would be.
///
/// # Errors
/// Every flaw, each at its field.
pub fn check_api_edit(edit: &ApiEdit, api: &Api) -> Result<Api, FieldErrors> {
    let (mut errors, mut changed) = (FieldErrors::default(), api.clone());
    if let Some(name) = edit.name.as_deref().and_then(|name| errors.check("/name", Name::parse(name))) {
        changed.name = name;
    }
    if let Some(alg) = edit.signing_alg {
        changed.signing_alg = alg;
    }
    if let Some(seconds) = edit.access_token_seconds {
        changed.access_token_seconds = check_access_token_seconds(seconds, &mut errors);
    }
    if errors.is_empty() { Ok(changed) } else { Err(errors) }
}

impl Api {
    /// The first operation that needs this scope, or could do with it.
    pub fn operation_that_names(&self, scope: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.scopes.scopes().contains(scope))
    }
}
