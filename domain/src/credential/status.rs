//! The status of a credential, derived from its dates.
//!
//! This module owns the order in which causes are checked. The status is never stored, so it cannot be stale.

use super::Credential;
use crate::{Timestamp, policy::Block};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

const SOON_SECONDS: i64 = 7 * super::DAY_SECONDS;

/// The status of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The credential works.
    Active,
    /// The credential works, but ends within a week or, for a short life, within the last quarter of it.
    ExpiresSoon,
    /// A policy of the organization blocks the credential.
    BlockedByPolicy,
    /// The credential waits for approval.
    PendingApproval,
    /// The credential is disabled and can be enabled again.
    Disabled,
    /// The credential has expired, which is final.
    Expired,
    /// The credential was revoked, which is final.
    Revoked,
}

impl Status {
    pub const ALL: [Self; 7] = [
        Self::Active,
        Self::ExpiresSoon,
        Self::BlockedByPolicy,
        Self::PendingApproval,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
    ];

    /// Returns the word of the public contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::ExpiresSoon => "expires_soon",
            Self::BlockedByPolicy => "blocked_by_policy",
            Self::PendingApproval => "pending_approval",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// Returns whether a credential with this status is accepted.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::ExpiresSoon)
    }

    /// Returns the status in view of a policy, which can only block a credential that would work.
    #[must_use]
    pub fn under(self, is_blocked: bool) -> Self {
        if is_blocked && self.is_live() { Self::BlockedByPolicy } else { self }
    }

    /// Returns whether the credential can never work again.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a status: use active, expires_soon, blocked_by_policy, pending_approval, disabled, expired or revoked")]
pub struct UnknownStatus;

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}

/// The dates that determine the status of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    pub created_at: Timestamp,
    /// When the credential expires. `None` means that it has no end.
    pub expires_at: Option<Timestamp>,
    /// Set while the credential is disabled.
    pub disabled_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// Set while the credential waits for approval.
    pub pending_since: Option<Timestamp>,
}

impl Life {
    /// Makes the dates of a credential that was never disabled, revoked or held for approval.
    pub fn until(created_at: Timestamp, expires_at: Option<Timestamp>) -> Self {
        Self { created_at, expires_at, disabled_at: None, revoked_at: None, pending_since: None }
    }

    /// Returns the status at `now`. Revoked takes precedence over expired, then disabled, then pending approval.
    /// Policies are not considered; see [`Status::under`].
    pub fn status(&self, now: Timestamp) -> Status {
        if self.revoked_at.is_some() {
            return Status::Revoked;
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Status::Expired;
        }
        if self.disabled_at.is_some() {
            return Status::Disabled;
        }
        if self.pending_since.is_some() {
            return Status::PendingApproval;
        }
        let soon = |end: Timestamp| SOON_SECONDS.min(end.seconds_since(self.created_at) / 4);
        match self.expires_at {
            Some(end) if end <= now.plus_seconds(soon(end)) => Status::ExpiresSoon,
            _ => Status::Active,
        }
    }
}

impl Credential {
    pub fn life(&self) -> Life {
        let Self { created_at, disabled_at, revoked_at, pending_since, .. } = *self;
        Life { created_at, expires_at: self.grant.expires_at, disabled_at, revoked_at, pending_since }
    }

    /// Returns the status at `now`, including policies. See [`Life::status`] and [`Status::under`].
    pub fn status(&self, now: Timestamp) -> Status {
        self.life().status(now).under(self.blocks.iter().any(|block| block.covers(now)))
    }

    /// Returns the current or next period in which a policy blocks the credential.
    pub fn next_block(&self, now: Timestamp) -> Option<&Block> {
        self.blocks.iter().find(|block| block.until.is_none_or(|until| now < until))
    }
}
