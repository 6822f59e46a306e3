//! The caller of a use case and the context of the request.
//!
//! Every use case takes a [`Caller`] first. [`crate::authn`] recognizes callers, and [`crate::Service::permit`] decides
//! what they may do.

use domain::access::{Actor, RequestContext};

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    /// The request context.
    pub context: RequestContext,
}
