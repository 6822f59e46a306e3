//! The proof that a caller may do a thing.
//!
//! Owns: [`Permit`], which only [`super::Actor::permit`] can make and without which the store opens no
//! transaction.

use super::{Action, Actor};
use crate::{credential::Owner, ids::OrgId};
use std::net::IpAddr;

/// Where a request came from; recorded in the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The id that the reply carries too.
    pub request_id: String,
    /// The client's address, where it is known.
    pub ip: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// Which rows a permit reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every row of the organisation.
    Everyone,
    /// Only rows of this owner.
    OwnOnly(Owner),
}

/// Proof that this actor may perform this action in this organisation.
#[derive(Clone, Debug)]
pub struct Permit {
    pub(super) actor: Actor,
    pub(super) action: Action,
    pub(super) reach: Reach,
    pub(super) origin: Origin,
}

impl Permit {
    /// The tenant whose rows are reached.
    pub fn org(&self) -> OrgId {
        self.actor.org()
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What is done.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Which rows are reached.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The only owner whose rows are reached; none: all owners.
    pub fn owner(&self) -> Option<Owner> {
        match self.reach {
            Reach::Everyone => None,
            Reach::OwnOnly(owner) => Some(owner),
        }
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}
