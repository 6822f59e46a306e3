//! The public token API: reads and writes versioned JSON objects, and answers every error with problem details.
//!
//! Each handler reads its body, calls one use case and writes the result. Handlers decide nothing: `service` decides
//! what a caller may do. For the routes, see [`crate::routes`].

pub(crate) mod audit_export;
pub(crate) mod code;
pub(crate) mod describe;
mod examples;
pub(crate) mod extract;
pub(crate) mod json;
pub(crate) mod openapi;
pub(crate) mod problem;
pub(crate) mod reply;
pub(crate) mod v1;
