//! The role of a member, which is built in or custom.
//!
//! This module gives both the same interface. For the right to give roles, see [`super::may_give`].

use super::{CustomRole, Reach, Role};
use crate::{ids::RoleId, scope::ScopeSet};
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr, sync::Arc};

/// The role of a member. It is cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberRole {
    /// A role that every organization has.
    BuiltIn(Role),
    /// A role of this organization, as it is now.
    Custom(Arc<CustomRole>),
}

impl MemberRole {
    /// Returns the scopes that the role grants now, including `all`. `api_scopes` are those that the organization's
    /// APIs define.
    pub fn scopes(&self, api_scopes: &ScopeSet) -> ScopeSet {
        match self {
            Self::BuiltIn(role) => role.scopes(api_scopes),
            Self::Custom(role) => role.grants(api_scopes),
        }
    }

    /// Returns whether the role applies to a member's own credentials or to those of everyone.
    pub fn reach(&self) -> Reach {
        match self {
            Self::BuiltIn(role) => role.reach(),
            Self::Custom(role) => role.reach,
        }
    }

    /// Returns the built-in role that this role counts as in a policy. A custom role counts as admin if it reaches
    /// everyone, and as member otherwise.
    pub fn counts_as(&self) -> Role {
        match (self, self.reach()) {
            (Self::BuiltIn(role), _) => *role,
            (Self::Custom(_), Reach::Everyone) => Role::Admin,
            (Self::Custom(_), Reach::Own) => Role::Member,
        }
    }

    /// Returns whether the role may decide on approval requests. People with such a role need no approval themselves.
    pub fn may_decide(&self) -> bool {
        self.scopes(&ScopeSet::default()).contains("policies:write")
    }

    /// Returns the id of a custom role.
    pub fn id(&self) -> Option<RoleId> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Custom(role) => Some(role.id),
        }
    }

    /// Returns the name that the screens show.
    pub fn title(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.title(),
            Self::Custom(role) => role.name.as_str(),
        }
    }

    /// Returns the form used in requests and replies.
    pub fn code(&self) -> RoleCode {
        match self {
            Self::BuiltIn(role) => RoleCode::BuiltIn(*role),
            Self::Custom(role) => RoleCode::Custom(role.id),
        }
    }
}

impl From<Role> for MemberRole {
    fn from(role: Role) -> Self {
        Self::BuiltIn(role)
    }
}

impl From<CustomRole> for MemberRole {
    fn from(role: CustomRole) -> Self {
        Self::Custom(Arc::new(role))
    }
}

impl PartialEq<Role> for MemberRole {
    fn eq(&self, other: &Role) -> bool {
        matches!(self, Self::BuiltIn(role) if role == other)
    }
}

impl fmt::Display for MemberRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.code(), f)
    }
}

impl Serialize for MemberRole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text form of a role: `owner`, `admin`, `member`, `viewer`, or the id of a custom role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoleCode {
    /// A role that every organization has.
    BuiltIn(Role),
    /// A role of one organization.
    Custom(RoleId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role: use owner, admin, member, viewer, or the id of a role of the organization")]
pub struct BadRoleCode;

impl fmt::Display for RoleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => fmt::Display::fmt(role, f),
            Self::Custom(id) => fmt::Display::fmt(id, f),
        }
    }
}

impl FromStr for RoleCode {
    type Err = BadRoleCode;

    fn from_str(text: &str) -> Result<Self, BadRoleCode> {
        let built_in = text.parse().map(Self::BuiltIn).ok();
        built_in.or_else(|| text.parse().map(Self::Custom).ok()).ok_or(BadRoleCode)
    }
}
