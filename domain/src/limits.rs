//! Limits on how much one organization, or one person, may have.
//!
//! This module owns the list of limits, their defaults and their titles. An operator can set other values for one
//! organization. `store` counts, and the use cases check the limit in the transaction of the change.

use serde::Serialize;
use std::{fmt, str::FromStr};

/// The value of a limit that an operator has lifted.
pub const UNLIMITED: u64 = i64::MAX as u64;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Credentials of every kind that are not revoked.
    Credentials,
    ServiceAccounts,
    Apis,
    /// Scopes of all APIs together.
    Scopes,
    /// Operations of all APIs together.
    Operations,
    Members,
    /// Invitations within 24 hours.
    InvitationsADay,
    /// Organizations that one person belongs to. This is checked when the person creates another organization.
    OrganizationsPerPerson,
    /// Changes within a minute, on each node.
    ChangesAMinute,
}

impl Limit {
    pub const ALL: [Self; 9] = [
        Self::Credentials,
        Self::ServiceAccounts,
        Self::Apis,
        Self::Scopes,
        Self::Operations,
        Self::Members,
        Self::InvitationsADay,
        Self::OrganizationsPerPerson,
        Self::ChangesAMinute,
    ];

    /// Returns the value that applies until an operator sets another.
    pub fn default_value(self) -> u64 {
        match self {
            Self::Credentials => 10_000,
            Self::ServiceAccounts => 500,
            Self::Apis => 50,
            Self::Scopes => 2_000,
            Self::Operations => 10_000,
            Self::Members => 1_000,
            Self::InvitationsADay => 100,
            Self::OrganizationsPerPerson => 20,
            Self::ChangesAMinute => 3_000,
        }
    }

    /// Returns the name used at the console and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::ServiceAccounts => "service_accounts",
            Self::Apis => "apis",
            Self::Scopes => "scopes",
            Self::Operations => "operations",
            Self::Members => "members",
            Self::InvitationsADay => "invitations_a_day",
            Self::OrganizationsPerPerson => "organizations_per_person",
            Self::ChangesAMinute => "changes_a_minute",
        }
    }

    /// Returns the label that the screens show.
    pub fn title(self) -> &'static str {
        match self {
            Self::Credentials => "Credentials that are not revoked",
            Self::ServiceAccounts => "Service accounts",
            Self::Apis => "APIs",
            Self::Scopes => "Scopes of all APIs",
            Self::Operations => "Operations of all APIs",
            Self::Members => "Members",
            Self::InvitationsADay => "Invitations within 24 hours",
            Self::OrganizationsPerPerson => "Organizations per person",
            Self::ChangesAMinute => "Changes per minute",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a limit: use one of the names that `mintmark limits show` prints")]
pub struct UnknownLimit;

impl FromStr for Limit {
    type Err = UnknownLimit;

    fn from_str(text: &str) -> Result<Self, UnknownLimit> {
        Self::ALL.into_iter().find(|limit| limit.as_str() == text).ok_or(UnknownLimit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_found_by_its_name() {
        for limit in Limit::ALL {
            assert_eq!(limit.to_string().parse(), Ok(limit));
            assert_eq!(serde_json::to_value(limit).ok(), Some(limit.as_str().into()));
        }
        assert_eq!("tokens".parse::<Limit>(), Err(UnknownLimit));
    }
}
