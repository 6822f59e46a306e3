//! The rules themselves.

use crate::{
    Timestamp,
    access::Role,
    credential::{DAY_SECONDS, Grant},
    error::{FieldErrors, Flaw},
    network::NetworkSet,
    scope::{ALL, ScopeSet},
};
use serde::{Deserialize, Serialize};

/// What is asked of the credentials of one kind. The default asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// The roles whose people and service accounts may issue one.
    pub creators: Vec<Role>,
    /// Whether it must have an end.
    pub must_expire: bool,
    /// The longest life, from issue to end.
    pub max_lifetime_seconds: Option<i64>,
    /// Whether somebody must approve it before it works. Whoever may approve needs nobody.
    pub needs_approval: bool,
    /// From where it may be used; empty: from everywhere.
    pub networks: NetworkSet,
    /// After how many days without a use it is switched off.
    pub max_idle_days: Option<u32>,
    /// Whether it may hold the scope `all`.
    pub allows_all: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            creators: Role::ALL.to_vec(),
            must_expire: false,
            max_lifetime_seconds: None,
            needs_approval: false,
            networks: NetworkSet::default(),
            max_idle_days: None,
            allows_all: true,
        }
    }
}

/// How long a new credential may live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetimes {
    /// At most so many seconds; none: as long as anybody likes.
    pub longest_seconds: Option<i64>,
    /// Whether it needs an end.
    pub must_end: bool,
}

/// What of a credential rules can object to.
#[derive(Clone, Copy, Debug)]
pub struct Existing<'a> {
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// What it may do.
    pub scopes: &'a ScopeSet,
}

/// What a rule has against a credential that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Objection {
    /// It has no end and must have one.
    NeverEnds,
    /// It lives longer than it may.
    LivesTooLong,
    /// It holds the scope `all`.
    HoldsAll,
    /// It was last used from a network that is not allowed.
    UsedElsewhere,
    /// It was not used for too long.
    Idle,
}

impl Objection {
    /// The word of the public contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverEnds => "never_ends",
            Self::LivesTooLong => "lives_too_long",
            Self::HoldsAll => "holds_all",
            Self::UsedElsewhere => "used_elsewhere",
            Self::Idle => "idle",
        }
    }
}

impl Rules {
    /// The first thing that stops this credential from working, if any, whoever presents it from wherever.
    pub fn objection(&self, existing: &Existing<'_>) -> Option<Objection> {
        let is_too_long = |end: Timestamp| {
            self.max_lifetime_seconds.is_some_and(|longest| end > existing.created_at.plus_seconds(longest))
        };
        match existing.expires_at {
            None if self.must_expire || self.max_lifetime_seconds.is_some() => Some(Objection::NeverEnds),
            Some(end) if is_too_long(end) => Some(Objection::LivesTooLong),
            _ if !self.allows_all && existing.scopes.contains(ALL) => Some(Objection::HoldsAll),
            _ => None,
        }
    }

    /// The end of a new credential for which nobody asked for one.
    pub fn default_end(&self, end: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let longest = self.max_lifetime_seconds.map(|seconds| now.plus_seconds(seconds));
        let needed = self.must_expire.then(|| now.plus_seconds(DEFAULT_LIFETIME_SECONDS));
        match (end, longest) {
            (Some(end), Some(longest)) => Some(end.min(longest)),
            (Some(end), None) => Some(end),
            (None, Some(longest)) => Some(longest),
            (None, None) => needed,
        }
    }

    /// What is wrong with a new credential, each flaw at its field.
    pub(super) fn check(&self, grant: &Grant, now: Timestamp, errors: &mut FieldErrors) {
        let existing = Existing { created_at: now, expires_at: grant.expires_at, scopes: &grant.scopes };
        match self.objection(&existing) {
            Some(Objection::NeverEnds) => {
                let detail = "The organisation's policy asks for an end. Give expires_in or expires_at.";
                errors.0.push(Flaw::new("policy_must_expire", detail).at("/never_expires"));
            }
            Some(Objection::LivesTooLong) => {
                let days = self.max_lifetime_seconds.unwrap_or_default() / DAY_SECONDS;
                let detail = format!("The organisation's policy allows a life of at most {days} days.");
                errors.0.push(Flaw::new("policy_max_lifetime", detail).at("/expires_in"));
            }
            _ => {}
        }
        if !self.allows_all && grant.scopes.contains(ALL) {
            let detail = "The organisation's policy does not allow the scope all. Choose the scopes that are needed.";
            errors.0.push(Flaw::new("policy_forbids_all", detail).at("/scopes"));
        }
    }
}

/// A credential that must end and for which nobody said when: ninety days.
const DEFAULT_LIFETIME_SECONDS: i64 = 90 * DAY_SECONDS;
