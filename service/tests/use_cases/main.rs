//! Tests of use cases on a real SQLite and a real PostgreSQL, with two nodes each.
//!
//! They cover behavior that only shows with several callers at once, and use cases of people that have no HTTP call.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[macro_use]
mod support;

mod access_tokens;
mod addresses;
mod approvals;
mod authority;
mod catalog;
mod failed_sign_ins;
mod idempotency;
mod limits;
mod members;
mod memory;
mod offboarding;
mod org_authorizations;
mod platform;
mod policies;
mod races;
mod rejoin;
mod revocation;
mod roles;
mod transfer;
mod verification;
