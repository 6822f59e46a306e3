//! Who calls, and from where.
//!
//! Owns: the pair that every use case takes first. How a caller is recognised is in [`crate::authn`].

use crate::Result;
use domain::access::{Action, Actor, Origin, Permit};

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
}

impl Caller {
    /// The proof that this caller may do that.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`] or [`crate::ServiceError::PersonRequired`].
    pub(crate) fn permit(&self, action: Action) -> Result<Permit> {
        Ok(self.actor.permit(action, &self.origin)?)
    }
}
