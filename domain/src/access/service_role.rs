//! The roles that a service account can have: the built-in roles without owner.
//!
//! A service account never owns its organization. For the scopes of each role, see [`super::Role`].

use super::{MemberRole, Role};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The role of a service account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ServiceAccountRole {
    /// May do everything except change who is an owner.
    Admin,
    /// May work with its own credentials.
    Member,
    /// May only read.
    Viewer,
}

impl ServiceAccountRole {
    /// All roles, strongest first.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Member, Self::Viewer];

    /// Returns `admin`, `member` or `viewer`.
    pub fn as_str(self) -> &'static str {
        Role::from(self).as_str()
    }
}

impl From<ServiceAccountRole> for Role {
    fn from(role: ServiceAccountRole) -> Self {
        match role {
            ServiceAccountRole::Admin => Self::Admin,
            ServiceAccountRole::Member => Self::Member,
            ServiceAccountRole::Viewer => Self::Viewer,
        }
    }
}

impl From<ServiceAccountRole> for MemberRole {
    fn from(role: ServiceAccountRole) -> Self {
        Role::from(role).into()
    }
}

impl fmt::Display for ServiceAccountRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role of a service account: use admin, member or viewer")]
pub struct UnknownServiceAccountRole;

impl FromStr for ServiceAccountRole {
    type Err = UnknownServiceAccountRole;

    fn from_str(text: &str) -> Result<Self, UnknownServiceAccountRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownServiceAccountRole)
    }
}
