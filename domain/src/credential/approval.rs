//! Approval of new credentials.
//!
//! This module decides who can approve or deny a request. A credential that waits for approval does not work. After
//! approval, it works with the secret that was shown at creation. A denied credential is revoked.

use super::{CreatedBy, Credential, Owner, revoke};
use crate::{Timestamp, ids::UserId, scope::ScopeSet};
use serde::{Deserialize, Serialize};

/// The decision on an approval request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The credential works from now on.
    Approved,
    /// The credential never works.
    Denied,
}

impl Outcome {
    /// Returns `approved` or `denied`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }
}

/// A decision on an approval request, with its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub outcome: Outcome,
    pub by: CreatedBy,
    pub at: Timestamp,
    /// The comment of the person who decided.
    pub note: String,
}

/// An approval request for a new credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The credential in its current state.
    pub credential: Credential,
    pub requested_by: CreatedBy,
    /// The reason why the credential is needed.
    pub justification: String,
    pub requested_at: Timestamp,
    /// `None` while the request is pending, and after it was withdrawn.
    pub decision: Option<Decision>,
}

/// The reason why an approval request cannot be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefused {
    /// The request was decided or withdrawn before.
    #[error("it does not wait for approval")]
    NotPending,
    /// People cannot decide on their own requests.
    #[error("one's own request is for somebody else to decide")]
    OwnRequest,
    /// An approval can remove scopes, but cannot add any.
    #[error("it would get more than was asked for")]
    NotNarrower,
}

fn check(credential: &Credential, requested_by: &CreatedBy, by: UserId, now: Timestamp) -> Result<(), ApprovalRefused> {
    let is_pending = credential.pending_since.is_some() && !credential.status(now).is_final();
    if !is_pending {
        return Err(ApprovalRefused::NotPending);
    }
    if credential.owner == Owner::User(by) || requested_by.id == by.to_string() {
        return Err(ApprovalRefused::OwnRequest);
    }
    Ok(())
}

/// Approves a credential, with fewer scopes if `scopes` is given.
///
/// # Errors
/// Returns [`ApprovalRefused`] with the reason.
pub fn approve(
    credential: &mut Credential,
    requested_by: &CreatedBy,
    by: UserId,
    scopes: Option<ScopeSet>,
    now: Timestamp,
) -> Result<(), ApprovalRefused> {
    check(credential, requested_by, by, now)?;
    if let Some(scopes) = scopes {
        if !scopes.difference(&credential.grant.scopes).is_empty() {
            return Err(ApprovalRefused::NotNarrower);
        }
        credential.grant.scopes = scopes;
    }
    credential.pending_since = None;
    Ok(())
}

/// Denies a credential and revokes it.
///
/// # Errors
/// Returns [`ApprovalRefused`] with the reason.
pub fn deny(
    credential: &mut Credential,
    requested_by: &CreatedBy,
    by: UserId,
    now: Timestamp,
) -> Result<(), ApprovalRefused> {
    check(credential, requested_by, by, now)?;
    revoke(credential, now).map_err(|_| ApprovalRefused::NotPending)
}
