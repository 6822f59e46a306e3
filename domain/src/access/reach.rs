//! How far a right reaches: to everything in the organization, or to the caller's own objects.

use serde::{Deserialize, Serialize};

/// How far a right, a role or a permit reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Everything in the organization.
    Everyone,
    /// Only what belongs to the caller.
    Own,
}

impl Reach {
    /// Both values, widest first.
    pub const ALL: [Self; 2] = [Self::Everyone, Self::Own];

    /// Returns `everyone` or `own`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Own => "own",
        }
    }

    /// Returns whether this reaches everything that `other` reaches.
    pub fn covers(self, other: Self) -> bool {
        self == Self::Everyone || other == Self::Own
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reach: use own or everyone")]
pub struct UnknownReach;

impl std::str::FromStr for Reach {
    type Err = UnknownReach;

    fn from_str(text: &str) -> Result<Self, UnknownReach> {
        Self::ALL.into_iter().find(|reach| reach.as_str() == text).ok_or(UnknownReach)
    }
}
