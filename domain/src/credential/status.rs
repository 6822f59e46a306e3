//! What state a credential is in, worked out from its dates.
//!
//! Owns: the order in which causes count. Never stored, so it cannot be stale.

use super::Credential;
use crate::Timestamp;
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
    /// Switched off for now; can be enabled again.
    Disabled,
    /// Over by time, for good.
    Expired,
    /// Ended by somebody, for good.
    Revoked,
}

impl Status {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Active, Self::ExpiresSoon, Self::Disabled, Self::Expired, Self::Revoked];

    /// The word of the public contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::ExpiresSoon => "expires_soon",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// Whether the credential is accepted in this state.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::ExpiresSoon)
    }

    /// Whether it is over for good.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked)
    }
}

/// The text names no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a status: use active, expires_soon, disabled, expired or revoked")]
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
}

impl Life {
    /// The state at `now`. Revoked counts before expired, and both before disabled.
    pub fn status(&self, now: Timestamp) -> Status {
        if self.revoked_at.is_some() {
            return Status::Revoked;
        }
        let switched_on = if self.disabled_at.is_some() { Status::Disabled } else { Status::Active };
        let Some(expires_at) = self.expires_at else { return switched_on };
        let soon = SOON_SECONDS.min(expires_at.seconds_since(self.created_at) / 4);
        if expires_at <= now {
            Status::Expired
        } else if self.disabled_at.is_some() {
            Status::Disabled
        } else if expires_at <= now.plus_seconds(soon) {
            Status::ExpiresSoon
        } else {
            Status::Active
        }
    }
}

impl Credential {
    /// Its dates.
    pub fn life(&self) -> Life {
        let Self { created_at, expires_at, disabled_at, revoked_at, .. } = *self;
        Life { created_at, expires_at, disabled_at, revoked_at }
    }

    /// The state at `now`; see [`Life::status`].
    pub fn status(&self, now: Timestamp) -> Status {
        self.life().status(now)
    }
}
