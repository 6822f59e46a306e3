//! The gates between the socket and the handlers.
//!
//! `every_request` wraps all routes. `bearer` authenticates the caller of the API; the session layer does it for
//! people. For browsers, `same_origin` checks the origin of a change, and `form_token` checks that our page wrote the
//! form for this browser. `permission` asks `service` whether the caller may perform the action, before the body is
//! read.

pub(crate) mod bearer;
pub(crate) mod body_limit;
pub(crate) mod every_request;
pub(crate) mod form_token;
mod forwarded;
mod framing;
pub(crate) mod permission;
pub(crate) mod presented;
mod request_context;
pub(crate) mod request_line;
pub(crate) mod same_origin;
mod security_headers;
