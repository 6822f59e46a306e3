//! Who calls, and from where.
//!
//! Owns: the pair that every use case takes first. How a caller is recognised is in [`crate::authn`]; whether they may do
//! the thing is asked with [`crate::Service::permit`].

use domain::access::{Actor, Origin};

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
}
