//! What stands between the socket and the handlers.
//!
//! Owns: who calls (`bearer`; sessions are the session layer's), from where (`facts`), whether a change comes from a
//! page of ours (`same_origin`) and from a form that it wrote for this browser (`form_token`), and what every answer carries.
//! Gates authenticate; `permission` asks `service` whether the caller may do the thing, before anything is read.

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
