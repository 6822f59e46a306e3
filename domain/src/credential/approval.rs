//! Approval: a credential that its organisation wants to look at first.
//!
//! Owns: who decides and what may be decided. A credential that waits does not work; approved, it does, with the secret that
//! was handed over when it was issued. Denied is revoked.

use super::{CreatedBy, Credential, Owner, revoke};
use crate::{Timestamp, ids::UserId, scope::ScopeSet};
use serde::{Deserialize, Serialize};

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It works.
    Approved,
    /// It never will.
    Denied,
}

impl Outcome {
    /// `approved` or `denied`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub outcome: Outcome,
    /// By whom.
    pub by: CreatedBy,
    /// When.
    pub at: Timestamp,
    /// What they said about it.
    pub note: String,
}

/// What was asked for when the credential was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The credential as it is now.
    pub credential: Credential,
    /// Who asks.
    pub requested_by: CreatedBy,
    /// Why it is needed.
    pub justification: String,
    /// When.
    pub requested_at: Timestamp,
    /// What became of it; none: it waits, or was withdrawn.
    pub decision: Option<Decision>,
}

/// Why a request cannot be decided so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefused {
    /// Somebody has decided, or the request was withdrawn.
    #[error("it does not wait for approval")]
    NotPending,
    /// Nobody decides what they asked for themselves.
    #[error("one's own request is for somebody else to decide")]
    OwnRequest,
    /// Approving can take rights away and cannot add any.
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

/// Lets a credential work from now on, with fewer scopes where some are given.
///
/// # Errors
/// [`ApprovalRefused`].
pub fn approve(
    credential: &mut Credential,
    requested_by: &CreatedBy,
    by: UserId,
    scopes: Option<ScopeSet>,
    now: Timestamp,
) -> Result<(), ApprovalRefused> {
    check(credential, requested_by, by, now)?;
    if let Some(scopes) = scopes {
        if !scopes.difference(&credential.scopes).is_empty() {
            return Err(ApprovalRefused::NotNarrower);
        }
        credential.scopes = scopes;
    }
    credential.pending_since = None;
    Ok(())
}

/// Ends a credential that waits.
///
/// # Errors
/// [`ApprovalRefused`].
pub fn deny(
    credential: &mut Credential,
    requested_by: &CreatedBy,
    by: UserId,
    now: Timestamp,
) -> Result<(), ApprovalRefused> {
    check(credential, requested_by, by, now)?;
    revoke(credential, now).map_err(|_| ApprovalRefused::NotPending)
}
