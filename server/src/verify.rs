//! Verification for resource servers: `POST /v1/verify`, many at once, and forward authentication for proxies.
//!
//! Owns: reading what is asked and writing the answer. The verdict is [`service::verify`]'s. Whoever may ask is always
//! answered 200: a bad token is data, and only a bad question is refused. Never: a statement or a write on the way.

mod answer;
pub(crate) mod body;
pub(crate) mod contract;
mod endpoints;
mod forward_auth;

pub(crate) use self::{
    endpoints::{verify, verify_batch},
    forward_auth::forward_auth,
};
