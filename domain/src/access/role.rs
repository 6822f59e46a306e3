//! The roles that every organisation has.
//!
//! Owns: the scopes that each of them grants, and how far it reaches. What a person may do is what their role's scopes allow.
//! Those that an organisation makes for itself: [`super::CustomRole`]. What somebody is, one or the other: [`super::MemberRole`].

use super::policy::Extent;
use crate::scope::{ALL, Scope, ScopeSet, catalogue::MANAGEMENT};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A role that every organisation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything, and there is always one.
    Owner,
    /// May do everything but take the organisation from its owners.
    Admin,
    /// May work with their own credentials.
    Member,
    /// May look, and hold credentials that may look.
    Viewer,
}

impl Role {
    /// All roles, the strongest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Viewer];

    /// `owner`, `admin`, `member` or `viewer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
            Self::Viewer => "Viewer",
        }
    }

    /// Whose credentials it is about: everybody's, or one's own.
    pub fn reach(self) -> Extent {
        match self {
            Self::Owner | Self::Admin => Extent::Everyone,
            Self::Member | Self::Viewer => Extent::Own,
        }
    }

    /// The scopes that the role grants. `all` is among them for everybody: it means no more than the rest.
    ///
    /// `api_scopes` are those that the organisation's APIs define: everybody but a viewer may use the APIs, and a viewer
    /// holds those that end in `:read`.
    pub fn scopes(self, api_scopes: &ScopeSet) -> ScopeSet {
        let granted = |name: &str| match self {
            Self::Owner | Self::Admin => true,
            Self::Member => matches!(name, ALL | "credentials:read" | "pats:write" | "members:read" | "keys:verify"),
            Self::Viewer => matches!(name, ALL | "credentials:read" | "pats:write" | "members:read"),
        };
        let own = MANAGEMENT.iter().filter(|info| granted(info.name)).filter_map(|info| Scope::parse(info.name).ok());
        let of_apis = api_scopes.iter().filter(|scope| self != Self::Viewer || scope.as_str().ends_with(":read"));
        own.chain(of_apis.cloned()).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role: use owner, admin, member or viewer")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}
