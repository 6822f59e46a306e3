//! People, organizations, memberships, invitations and browser sessions.
//!
//! This module describes them. It never sees passwords or cookies, which only `service` and `store` handle, as hashes.

use crate::{
    Description, EmailAddress, Name, Slug, Timestamp,
    access::{MemberRole, ServiceAccountRole},
    credential::CreatedBy,
    ids::{InvitationId, OrgId, ServiceAccountId, SessionId, UserId},
};
use std::net::IpAddr;

/// A person with a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub name: Name,
    /// The address the person signs in with.
    pub email: EmailAddress,
    pub created_at: Timestamp,
}

/// An organization, which is the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    pub id: OrgId,
    /// The unique name of the organization in URLs.
    pub slug: Slug,
    pub name: Name,
    pub created_at: Timestamp,
}

/// A user without a login that an organization owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    pub id: ServiceAccountId,
    pub org: OrgId,
    pub name: Name,
    pub description: Description,
    pub role: ServiceAccountRole,
    pub created_at: Timestamp,
}

/// The membership of one user in one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub user: UserId,
    pub org: Org,
    pub role: MemberRole,
}

/// An invitation to become a member of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub org: OrgId,
    /// Only the account with this address can accept the invitation.
    pub email: EmailAddress,
    /// The role that the new member gets.
    pub role: MemberRole,
    /// The person who sent the invitation, with their name at that time.
    pub invited_by: CreatedBy,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When the invitation was accepted or withdrawn.
    pub ended_at: Option<Timestamp>,
}

/// How long an invitation can be accepted: two weeks.
pub const INVITATION_SECONDS: i64 = 14 * 86_400;

impl Invitation {
    /// Returns whether the invitation can be accepted at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// A browser session, as shown to the person who owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// The public id, which is not the value of the cookie.
    pub id: SessionId,
    pub user: UserId,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// Last use, accurate to a minute.
    pub last_seen_at: Timestamp,
    /// When the session ends if it is not used before then.
    pub expires_at: Timestamp,
    /// The address that the person signed in from.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` header at sign-in.
    pub user_agent: Option<String>,
}
