//! What a member is: one of the roles that every organisation has, or one of its own.
//!
//! Owns: that both are asked the same questions. Never: who may give which; [`super::may_give`] knows.

use super::{CustomRole, Role, policy::Extent};
use crate::{ids::RoleId, scope::ScopeSet};
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr, sync::Arc};

/// A member's role. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberRole {
    /// One that every organisation has.
    BuiltIn(Role),
    /// One of the organisation's own, as it is now.
    Custom(Arc<CustomRole>),
}

impl MemberRole {
    /// The scopes that the role grants now, with `all` among them. `api_scopes`: what the organisation's APIs define.
    pub fn scopes(&self, api_scopes: &ScopeSet) -> ScopeSet {
        match self {
            Self::BuiltIn(role) => role.scopes(api_scopes),
            Self::Custom(role) => role.grants(api_scopes),
        }
    }

    /// Whose credentials it is about: everybody's, or one's own.
    pub fn reach(&self) -> Extent {
        match self {
            Self::BuiltIn(role) => role.reach(),
            Self::Custom(role) => role.reach,
        }
    }

    /// As which role of every organisation it counts where a rule names those alone: as an admin if it reaches everyone,
    /// else as a member.
    pub fn counts_as(&self) -> Role {
        match (self, self.reach()) {
            (Self::BuiltIn(role), _) => *role,
            (Self::Custom(_), Extent::Everyone) => Role::Admin,
            (Self::Custom(_), Extent::Own) => Role::Member,
        }
    }

    /// Whether whoever has it decides what others ask for, and so needs nobody's approval.
    pub fn may_decide(&self) -> bool {
        self.scopes(&ScopeSet::default()).contains("policies:write")
    }

    /// The id of one of the organisation's own.
    pub fn id(&self) -> Option<RoleId> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Custom(role) => Some(role.id),
        }
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.title(),
            Self::Custom(role) => role.name.as_str(),
        }
    }

    /// How it is named in requests and answers.
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

/// `owner`, `admin`, `member`, `viewer`, or the id of one of the organisation's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoleCode {
    /// One that every organisation has.
    BuiltIn(Role),
    /// One of the organisation's own.
    Custom(RoleId),
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role: use owner, admin, member, viewer, or the id of a role of the organisation")]
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
