//! Advice on the kind of credential to create for a set of operations.
//!
//! This module compares the requirements of the operations with the properties of each kind. The reasons are sentences
//! for people.

use super::{Operation, UserContext};
use crate::{credential::CredentialKind, scope::ScopeSet};

/// The assessment of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindAdvice {
    pub kind: CredentialKind,
    /// Whether this kind can perform all of the operations.
    pub fits: bool,
    /// Says why the kind fits, or which operation it cannot perform and why.
    pub because: String,
}

/// The recommendation for a set of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The recommended kind. `None` means that no single kind can perform all of the operations.
    pub recommended: Option<CredentialKind>,
    /// One sentence that explains the recommendation.
    pub because: String,
    /// Scopes that are enough for all of the operations. If any one of several scopes is enough, this contains the
    /// first of them.
    pub scopes: ScopeSet,
    pub kinds: Vec<KindAdvice>,
}

/// Recommends a kind for these operations. If `is_service` is true, the caller can keep a client secret and request
/// access tokens, so a client is preferred to an API key.
pub fn advise(operations: &[&Operation], is_service: bool) -> Advice {
    let kinds: Vec<_> = CredentialKind::ALL.into_iter().map(|kind| advise_kind(kind, operations)).collect();
    let fits = |kind| kinds.iter().any(|advice: &KindAdvice| advice.kind == kind && advice.fits);
    let order = if is_service {
        [CredentialKind::Client, CredentialKind::ApiKey, CredentialKind::PersonalAccessToken]
    } else {
        [CredentialKind::ApiKey, CredentialKind::PersonalAccessToken, CredentialKind::Client]
    };
    let needs_user = operations.iter().any(|operation| operation.user_context == UserContext::Required);
    let recommended = order.into_iter().find(|kind| fits(*kind));
    let because = match recommended {
        Some(CredentialKind::PersonalAccessToken) if needs_user => {
            "Some of these operations act for a person, so the credential must represent one.".to_owned()
        }
        Some(CredentialKind::PersonalAccessToken) => "It acts for you and ends with your membership.".to_owned(),
        Some(CredentialKind::ApiKey) => {
            "None of these operations needs a person, and an API key outlives whoever issued it.".to_owned()
        }
        Some(CredentialKind::Client) => {
            "None of these operations needs a person, and a service gets short-lived access tokens.".to_owned()
        }
        None => "Some of these operations need a person and others forbid one. Use two credentials.".to_owned(),
    };
    Advice { recommended, because, scopes: smallest(operations), kinds }
}

fn advise_kind(kind: CredentialKind, operations: &[&Operation]) -> KindAdvice {
    let obstacle = operations.iter().find_map(|operation| match (operation.user_context, kind.rules().has_user) {
        (UserContext::Required, false) => {
            Some(format!("{} acts for a person, and it represents nobody.", operation.id))
        }
        (UserContext::Forbidden, true) => {
            Some(format!("{} is for applications only, and it represents a person.", operation.id))
        }
        _ => None,
    });
    let praise = || match kind {
        CredentialKind::PersonalAccessToken => {
            "Represents you: its rights are its scopes and never more than you may do."
        }
        CredentialKind::ApiKey => "Represents the organization's application: unaffected when people leave.",
        CredentialKind::Client => {
            "Represents a service: exchanges its secret or key for access tokens that live minutes."
        }
    };
    KindAdvice { kind, fits: obstacle.is_none(), because: obstacle.unwrap_or_else(|| praise().to_owned()) }
}

fn smallest(operations: &[&Operation]) -> ScopeSet {
    let mut chosen = ScopeSet::default();
    for operation in operations {
        let missing = operation.scopes.missing(&chosen);
        let wanted: ScopeSet = match operation.scopes {
            super::ScopeRule::Any(_) => missing.iter().take(1).cloned().collect(),
            super::ScopeRule::All(_) => missing,
        };
        if !wanted.is_empty() {
            chosen = chosen.union(&wanted);
        }
    }
    chosen
}
