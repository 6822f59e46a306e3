//! The three kinds and how they differ: one table.
//!
//! Owns: every difference between the kinds that is a fact and not a procedure. Adding a difference is adding a
//! column here, never an `if kind ==` elsewhere.

use crate::secret::SecretKind;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a credential represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CredentialKind {
    /// A person, or a service account: a personal access token.
    #[serde(rename = "pat")]
    PersonalAccessToken,
    /// The organisation's application or integration.
    #[serde(rename = "api_key")]
    ApiKey,
    /// A service or a device that uses OAuth client credentials.
    #[serde(rename = "client")]
    Client,
}

/// The facts about a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindRules {
    /// `pat`, `api_key` or `client`.
    pub code: &'static str,
    /// The prefix of its ids.
    pub id_prefix: &'static str,
    /// What people call it, in the middle of a sentence.
    pub title: &'static str,
    /// The kind of its secrets.
    pub secret: SecretKind,
    /// Seconds it lives when nobody said otherwise; none: until revoked.
    pub default_lifetime_seconds: Option<i64>,
    /// Whether calls made with it name a person.
    pub has_user: bool,
    /// The most secrets that work at the same time.
    pub max_live_secrets: usize,
    /// The scope that manages credentials of this kind.
    pub write_scope: &'static str,
    /// What follows the organisation in its addresses.
    pub path: &'static str,
    /// Whether it may hold the scope `all`.
    pub may_hold_all: bool,
}

const PERSONAL_ACCESS_TOKEN: KindRules = KindRules {
    code: "pat",
    id_prefix: "pat",
    title: "personal access token",
    secret: SecretKind::PersonalAccessToken,
    default_lifetime_seconds: Some(90 * super::DAY_SECONDS),
    has_user: true,
    max_live_secrets: 2,
    write_scope: "pats:write",
    path: "tokens",
    may_hold_all: true,
};

const API_KEY: KindRules = KindRules {
    code: "api_key",
    id_prefix: "key",
    title: "API key",
    secret: SecretKind::ApiKey,
    default_lifetime_seconds: None,
    has_user: false,
    max_live_secrets: 2,
    write_scope: "api_keys:write",
    path: "api-keys",
    may_hold_all: false,
};

const CLIENT: KindRules = KindRules {
    code: "client",
    id_prefix: "cli",
    title: "M2M client",
    secret: SecretKind::ClientSecret,
    default_lifetime_seconds: None,
    has_user: false,
    max_live_secrets: 5,
    write_scope: "clients:write",
    path: "clients",
    may_hold_all: false,
};

impl CredentialKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::PersonalAccessToken, Self::ApiKey, Self::Client];

    /// The kind's row of the table.
    pub fn rules(self) -> &'static KindRules {
        match self {
            Self::PersonalAccessToken => &PERSONAL_ACCESS_TOKEN,
            Self::ApiKey => &API_KEY,
            Self::Client => &CLIENT,
        }
    }

    /// `pat`, `api_key` or `client`.
    pub fn as_str(self) -> &'static str {
        self.rules().code
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of credential: use pat, api_key or client")]
pub struct UnknownKind;

impl FromStr for CredentialKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_a_user_may_mean_whatever_its_owner_may_do() {
        for kind in CredentialKind::ALL {
            assert_eq!(kind.rules().may_hold_all, kind.rules().has_user, "{kind}");
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
    }
}
