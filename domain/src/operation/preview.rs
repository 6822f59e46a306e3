//! What a credential would be able to do, and what not, and why.

use super::{Api, CannotBecause, Catalogue, Operation};
use crate::{credential::CredentialKind, scope::ScopeSet};

/// One operation, with the answer for one credential.
#[derive(Clone, Debug)]
pub struct Can<'a> {
    /// The API.
    pub api: &'a Api,
    /// The operation.
    pub operation: &'a Operation,
    /// Nothing, or why it cannot.
    pub answer: Result<(), CannotBecause>,
}

/// The answer for every operation of the catalogue. `held` is what the credential would hold, with `all` spelt out.
pub fn preview<'a>(catalogue: &'a Catalogue, kind: CredentialKind, held: &ScopeSet) -> Vec<Can<'a>> {
    catalogue.operations().map(|(api, operation)| Can { api, operation, answer: operation.check(kind, held) }).collect()
}
