//! People, the organisations they belong to, and the sessions they are signed in with.
//!
//! Owns: the facts about them. Never: passwords and cookies, which only `service` and `store` handle, hashed.

use crate::{
    Description, EmailAddress, Name, Slug, Timestamp,
    access::{MemberRole, ServiceAccountRole},
    credential::CreatedBy,
    ids::{InvitationId, OrgId, ServiceAccountId, SessionId, UserId},
};
use std::net::IpAddr;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What they are called.
    pub name: Name,
    /// What they sign in with.
    pub email: EmailAddress,
    /// When they signed up.
    pub created_at: Timestamp,
}

/// An organisation: the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// Its name in addresses, unique.
    pub slug: Slug,
    /// What it is called.
    pub name: Name,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A user without a login that an organisation owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its id.
    pub id: ServiceAccountId,
    /// The organisation that owns it.
    pub org: OrgId,
    /// What it is called.
    pub name: Name,
    /// What it is for.
    pub description: Description,
    /// What it may do there.
    pub role: ServiceAccountRole,
    /// When it was created.
    pub created_at: Timestamp,
}

/// That a user belongs to an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The user.
    pub user: UserId,
    /// The organisation.
    pub org: Org,
    /// What they may do there.
    pub role: MemberRole,
}

/// That somebody may become a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub org: OrgId,
    /// Who may accept it: whoever has this address.
    pub email: EmailAddress,
    /// As what.
    pub role: MemberRole,
    /// Who invited them, with the name they had then.
    pub invited_by: CreatedBy,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// When it was accepted or taken back.
    pub ended_at: Option<Timestamp>,
}

/// How long an invitation can be accepted: two weeks.
pub const INVITATION_SECONDS: i64 = 14 * 86_400;

impl Invitation {
    /// Whether it can be accepted at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// A browser session, as its owner may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its public id; not the value of the cookie.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// When it was started by signing in.
    pub created_at: Timestamp,
    /// When it was last used, to within a minute.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
    /// From where it was started.
    pub ip: Option<IpAddr>,
    /// What started it, in its own words.
    pub user_agent: Option<String>,
}
