//! The OAuth endpoints: read forms and write JSON as in RFC 6749.
//!
//! This module reads requests and writes responses and errors. `service` authenticates the client and decides what it
//! gets. Every error has the form of RFC 6749 section 5.2, never problem details.

mod answer;
mod client;
pub(crate) mod contract;
mod endpoints;
pub(crate) mod error;
mod form;
pub(crate) mod metadata;

pub(crate) use self::endpoints::{TokenReply, introspect, only_post, revoke, token};
