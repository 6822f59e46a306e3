//! The public token API: versioned objects in and out, problem details for every refusal.
//!
//! Owns: JSON. Each handler reads its body, calls one use case and writes its result; what may be done is decided in
//! `service`.

pub(crate) mod audit_export;
pub(crate) mod describe;
pub(crate) mod extract;
pub(crate) mod json;
pub(crate) mod openapi;
pub(crate) mod problem;
pub(crate) mod reply;
pub(crate) mod v1;
