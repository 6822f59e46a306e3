//! The proof that a caller may perform an action.
//!
//! Only [`super::Actor::permit`] can make a [`Permit`], and the store opens no transaction without one.

use super::{Action, Actor, Reach};
use crate::{credential::Owner, ids::OrgId};
use std::net::IpAddr;

/// The request context, which the audit log records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestContext {
    /// The request id, which the reply contains too.
    pub request_id: String,
    /// The address of the client, if it is known.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
}

/// The proof that an actor may perform an action in an organization.
#[derive(Clone, Debug)]
pub struct Permit {
    pub(super) actor: Actor,
    pub(super) action: Action,
    pub(super) reach: Reach,
    pub(super) context: RequestContext,
}

impl Permit {
    /// Returns the organization whose rows are accessible.
    pub fn org(&self) -> OrgId {
        self.actor.org()
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn action(&self) -> Action {
        self.action
    }

    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Returns the only owner whose rows are accessible, or `None` for all owners.
    pub fn owner(&self) -> Option<Owner> {
        match self.reach {
            Reach::Everyone => None,
            Reach::Own => Some(self.actor.owner()),
        }
    }

    /// Returns the request context.
    pub fn context(&self) -> &RequestContext {
        &self.context
    }
}
