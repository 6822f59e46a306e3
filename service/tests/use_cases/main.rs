//! Use cases against a real SQLite and a real PostgreSQL, with two nodes on each: what only shows when several act at once,
//! and what only a person can do, for whom there is no HTTP call.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[macro_use]
mod support;

mod access_tokens;
mod addresses;
mod approvals;
mod authority;
mod catalogue;
mod failed_sign_ins;
mod idempotency;
mod limits;
mod members;
mod memory;
mod org_authorizations;
mod platform;
mod policies;
mod races;
mod rejoin;
mod revocation;
mod roles;
mod succession;
mod transfer;
mod verification;
