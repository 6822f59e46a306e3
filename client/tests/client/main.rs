//! The client against an issuer that is served here, with keys of its own: a peer, not one of our own parts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

mod accepted;
mod hostile;
mod keys;
mod opaque;
mod peer;
mod replies;
mod signing;
mod tls;
