//! Preview of the operations that a credential could perform, with the reasons why it cannot perform others.

use super::{Api, CannotBecause, Catalog, Operation};
use crate::{credential::CredentialKind, scope::ScopeSet};

/// One operation, and whether a credential can perform it.
#[derive(Clone, Debug)]
pub struct Can<'a> {
    pub api: &'a Api,
    pub operation: &'a Operation,
    /// `Ok`, or the reason why the credential cannot perform the operation.
    pub answer: Result<(), CannotBecause>,
}

/// Checks every operation of the catalog for a credential with the scopes `held`, in which `all` is expanded.
pub fn preview<'a>(catalog: &'a Catalog, kind: CredentialKind, held: &ScopeSet) -> Vec<Can<'a>> {
    catalog.operations().map(|(api, operation)| Can { api, operation, answer: operation.check(kind, held) }).collect()
}
