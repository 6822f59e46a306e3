//! The built-in roles, which every organization has.
//!
//! This module owns the scopes and the reach of each role. For roles that an organization defines, see
//! [`super::CustomRole`]. [`super::MemberRole`] combines both.

use super::Reach;
use crate::scope::{ALL, Scope, ScopeSet, catalog::MANAGEMENT};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A role that every organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BuiltInRole"))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything. Every organization has at least one owner.
    Owner,
    /// May do everything except change who is an owner.
    Admin,
    /// May work with their own credentials.
    Member,
    /// May read, and may have credentials that only read.
    Viewer,
}

impl Role {
    /// All roles, strongest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Viewer];

    /// Returns `owner`, `admin`, `member` or `viewer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// Returns the name that the screens show.
    pub fn title(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
            Self::Viewer => "Viewer",
        }
    }

    /// Returns whether the role applies to a member's own credentials or to those of everyone.
    pub fn reach(self) -> Reach {
        match self {
            Self::Owner | Self::Admin => Reach::Everyone,
            Self::Member | Self::Viewer => Reach::Own,
        }
    }

    /// Returns the scopes that the role grants. Every role includes `all`, which means no more than its other scopes.
    ///
    /// `api_scopes` are those that the organization's APIs define. Every role grants all of them, except that a viewer
    /// gets only those that end in `:read`.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role: use owner, admin, member or viewer")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}
