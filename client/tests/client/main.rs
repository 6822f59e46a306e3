//! Tests the client against an issuer that the tests serve themselves, with their own keys. No part of Mintmark is
//! involved.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

mod accepted;
mod hostile;
mod keys;
mod opaque;
mod peer;
mod replies;
mod signing;
mod tls;
