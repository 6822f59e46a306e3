//! The three kinds of credentials and their differences, in one table.
//!
//! This module owns every difference that can be written as a value. Add a new difference as a column of [`KindRules`],
//! and never as an `if kind ==` in other code.

use crate::secret::SecretKind;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The kind of a credential, which determines whom it can represent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CredentialKind {
    /// A personal access token, which represents a person or a service account.
    #[serde(rename = "pat")]
    PersonalAccessToken,
    /// An API key, which represents an application of the organization.
    #[serde(rename = "api_key")]
    ApiKey,
    /// An M2M client: a service or a device that uses OAuth client credentials.
    #[serde(rename = "client")]
    Client,
}

/// The properties of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindRules {
    /// `pat`, `api_key` or `client`.
    pub code: &'static str,
    /// The prefix of the ids.
    pub id_prefix: &'static str,
    /// The name of the kind, for the middle of a sentence.
    pub title: &'static str,
    pub secret: SecretKind,
    /// Lifetime in seconds if the request gives none. `None` means that the credential has no end.
    pub default_lifetime_seconds: Option<i64>,
    /// Whether a credential of this kind represents a user.
    pub has_user: bool,
    /// Maximum number of secrets that work at the same time.
    pub max_live_secrets: usize,
    /// The scope that is needed to manage credentials of this kind.
    pub write_scope: &'static str,
    /// The part of the URL that follows the organization.
    pub path: &'static str,
    /// Whether a credential of this kind may have the scope `all`.
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
    pub const ALL: [Self; 3] = [Self::PersonalAccessToken, Self::ApiKey, Self::Client];

    /// Returns the row of the table for this kind.
    pub fn rules(self) -> &'static KindRules {
        match self {
            Self::PersonalAccessToken => &PERSONAL_ACCESS_TOKEN,
            Self::ApiKey => &API_KEY,
            Self::Client => &CLIENT,
        }
    }

    /// Returns `pat`, `api_key` or `client`.
    pub fn as_str(self) -> &'static str {
        self.rules().code
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
