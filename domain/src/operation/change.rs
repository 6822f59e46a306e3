//! Changes of an existing API.
//!
//! This module decides which parts can change, and what prevents the removal of a scope. The audience never changes,
//! because existing tokens contain it.

use super::{Api, Operation, SigningAlg, api::check_access_token_seconds};
use crate::{Name, error::FieldErrors};
use serde::{Deserialize, Deserializer, Serialize};

/// A request to change an API. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EditApi"))]
#[serde(deny_unknown_fields)]
pub struct ApiEdit {
    /// The new display name.
    #[serde(default, deserialize_with = "given")]
    pub name: Option<String>,
    /// The new algorithm that signs access tokens.
    #[serde(default, deserialize_with = "given")]
    pub signing_alg: Option<SigningAlg>,
    /// The new lifetime of access tokens, in seconds.
    #[serde(default, deserialize_with = "given")]
    pub access_token_seconds: Option<u32>,
}

/// Rejects `null`, because a field of an API can be changed but not removed.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Returns the API with the changes applied.
///
/// # Errors
/// Returns every flaw at its field.
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
    /// Returns the first operation that needs this scope or accepts it as an alternative.
    pub fn operation_that_names(&self, scope: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.scopes.scopes().contains(scope))
    }
}
