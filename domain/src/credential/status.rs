//! What state a credential is in, worked out from its dates.
//!
//! Owns: the order in which causes count. Never stored, so it cannot be stale.

use super::Credential;
use crate::{Timestamp, policy::Block};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

const SOON_SECONDS: i64 = 7 * super::DAY_SECONDS;

/// The state of a credential at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Works.
    Active,
    /// Works, in the last week or, if its life is short, the last quarter of its life.
    ExpiresSoon,
    /// A policy of its organisation does not allow it any more.
    BlockedByPolicy,
    /// Waits for somebody's approval.
    PendingApproval,
    /// Switched off for now; can be enabled again.
    Disabled,
    /// Over by time, for good.
    Expired,
    /// Ended by somebody, for good.
    Revoked,
}

impl Status {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Active,
        Self::ExpiresSoon,
        Self::BlockedByPolicy,
        Self::PendingApproval,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
    ];

    /// The word of the public contract.
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

    /// Whether the credential is accepted in this state.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::ExpiresSoon)
    }

    /// The state of a credential that would work, if a policy blocks it.
    #[must_use]
    pub fn under(self, is_blocked: bool) -> Self {
        if is_blocked && self.is_live() { Self::BlockedByPolicy } else { self }
    }

    /// Whether it is over for good.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked)
    }
}

/// The text names no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a status: use active, expires_soon, blocked_by_policy, pending_approval, disabled, expired or revoked")]
pub struct UnknownStatus;

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}

/// The dates from which the state of a credential is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it stops for good; none: never.
    pub expires_at: Option<Timestamp>,
    /// Since when it is switched off.
    pub disabled_at: Option<Timestamp>,
    /// When it was revoked for good.
    pub revoked_at: Option<Timestamp>,
    /// Since when it waits for approval.
    pub pending_since: Option<Timestamp>,
}

impl Life {
    /// Of one that ends then, and to which nothing else has happened.
    pub fn until(created_at: Timestamp, expires_at: Option<Timestamp>) -> Self {
        Self { created_at, expires_at, disabled_at: None, revoked_at: None, pending_since: None }
    }

    /// The state at `now`. Revoked counts before expired, then disabled, then waiting for approval. What a policy says of it
    /// is not looked at; see [`Status::under`].
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
    /// Its dates.
    pub fn life(&self) -> Life {
        let Self { created_at, expires_at, disabled_at, revoked_at, pending_since, .. } = *self;
        Life { created_at, expires_at, disabled_at, revoked_at, pending_since }
    }

    /// The state at `now`; see [`Life::status`] and [`Status::under`].
    pub fn status(&self, now: Timestamp) -> Status {
        self.life().status(now).under(self.blocks.iter().any(|block| block.covers(now)))
    }

    /// Why a policy blocks it, or will: the first time that has not passed.
    pub fn next_block(&self, now: Timestamp) -> Option<&Block> {
        self.blocks.iter().find(|block| block.until.is_none_or(|until| now < until))
    }
}
