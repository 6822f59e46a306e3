//! The gates between the socket and the handlers.
//!
//! `every_request` is around all routes. `bearer` finds the caller; sessions belong to the session layer. `same_origin` and
//! `form_token` check that a change comes from a page of ours and from a form that it wrote for this browser. Gates
//! authenticate; `permission` asks `service` whether the caller may act, before a body is read.

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
