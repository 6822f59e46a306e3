//! The layers between the socket and the handlers.
//!
//! `bearer` authenticates the caller (the session layer does it for people), and `facts` creates the request context.
//! For browsers, `same_origin` checks the origin of a change, and `form_token` checks that our page wrote the form for
//! this browser. `permission` asks `service` whether the caller may perform the action, before the body is read.

pub(crate) mod bearer;
pub(crate) mod body_limit;
pub(crate) mod facts;
pub(crate) mod form_token;
pub(crate) mod forwarded;
pub(crate) mod framing;
pub(crate) mod permission;
pub(crate) mod presented;
pub(crate) mod request_line;
pub(crate) mod same_origin;
pub(crate) mod security_headers;
