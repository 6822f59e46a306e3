//! The requirements of a policy, and the check of a credential against them.

use crate::{
    Timestamp,
    access::Role,
    code::FlawCode,
    credential::{DAY_SECONDS, Grant},
    error::{FieldErrors, Flaw},
    network::NetworkSet,
    scope::{ALL, ScopeSet},
    text::duration_in_words,
};
use serde::{Deserialize, Serialize};

/// The requirements for the credentials of one kind. The default requires nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rules {
    /// Roles whose people and service accounts may create a credential.
    pub creators: Vec<Role>,
    /// Whether a credential must have an end.
    pub must_expire: bool,
    /// Maximum lifetime in seconds, from creation to end.
    pub max_lifetime_seconds: Option<i64>,
    /// Whether a new credential needs approval before it works. People who can approve don't need approval themselves.
    pub needs_approval: bool,
    /// IP allowlist. An empty one allows every address.
    pub networks: NetworkSet,
    /// Days without use after which a credential is disabled.
    pub max_idle_days: Option<u32>,
    /// Whether a credential may have the scope `all`.
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

/// The lifetime that a new credential may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetimes {
    /// Maximum lifetime in seconds, or `None` if there is no limit.
    pub longest_seconds: Option<i64>,
    /// Whether the credential must have an end.
    pub must_end: bool,
}

/// The properties of a credential that requirements can object to.
#[derive(Clone, Copy, Debug)]
pub struct Existing<'a> {
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub scopes: &'a ScopeSet,
}

/// The reason why a policy blocks an existing credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Objection {
    /// It has no end, but must have one.
    NeverEnds,
    /// Its lifetime is longer than allowed.
    LivesTooLong,
    /// It has the scope `all`.
    HoldsAll,
    /// It was last used from an address that is not in the IP allowlist.
    UsedElsewhere,
    /// It was not used for too long.
    Idle,
}

impl Objection {
    /// Returns the word of the public contract.
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
    /// Returns the first objection that applies at every call, independent of the caller's address and of the last use.
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

    /// Returns the end of a new credential for which the request names none.
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

    /// Records what is wrong with a new credential, each flaw at its field.
    pub(super) fn check(&self, grant: &Grant, now: Timestamp, errors: &mut FieldErrors) {
        let existing = Existing { created_at: now, expires_at: grant.expires_at, scopes: &grant.scopes };
        match self.objection(&existing) {
            Some(Objection::NeverEnds) => {
                let detail = "The organization's policy asks for an end. Give expires_in or expires_at.";
                errors.0.push(Flaw::new(FlawCode::PolicyMustExpire, detail).at("/never_expires"));
            }
            Some(Objection::LivesTooLong) => {
                let longest = duration_in_words(self.max_lifetime_seconds.unwrap_or_default());
                let detail = format!("The organization's policy allows a life of at most {longest}.");
                errors.0.push(Flaw::new(FlawCode::PolicyMaxLifetime, detail).at("/expires_in"));
            }
            _ => {}
        }
        if !self.allows_all && grant.scopes.contains(ALL) {
            let detail = "The organization's policy does not allow the scope all. Choose the scopes that are needed.";
            errors.0.push(Flaw::new(FlawCode::PolicyForbidsAll, detail).at("/scopes"));
        }
    }
}

/// Lifetime of a credential that must have an end, but for which the request names none: 90 days.
const DEFAULT_LIFETIME_SECONDS: i64 = 90 * DAY_SECONDS;
