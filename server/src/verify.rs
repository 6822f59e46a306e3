//! Verification for resource servers: `POST /v1/verify`, batches, and forward authentication for proxies.
//!
//! This module reads the request and writes the reply; [`service::verify`] owns the verdict. The reply to a permitted
//! caller is always 200: a bad token is a result, and only a bad request is an error. Verification never runs a
//! statement or writes.

mod answer;
pub(crate) mod body;
pub(crate) mod contract;
mod endpoints;
mod forward_auth;

pub(crate) use self::{
    endpoints::{verify, verify_batch},
    forward_auth::forward_auth,
};
