//! The OAuth endpoints: forms in, RFC 6749 JSON out.
//!
//! Owns: how a request is read and how an answer or a refusal is written. Who a client is and what it is given is decided in
//! `service`. Every refusal here has the form of RFC 6749 section 5.2, never problem details.

mod answer;
mod client;
pub(crate) mod contract;
mod endpoints;
pub(crate) mod error;
mod form;
pub(crate) mod metadata;

pub(crate) use self::endpoints::{TokenReply, introspect, only_post, revoke, token};
