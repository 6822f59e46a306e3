//! The HTTP contract, tested with the real application on a real socket and a real database. Files mirror paths.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod bodies;
mod configuration;
mod contract;
mod core_dumps;
mod crash;
mod descriptors;
mod desk;
mod docs;
mod edit_forms;
mod form_tokens;
mod framing;
mod guarded;
mod health;
mod hostile;
mod html;
mod limits;
mod listening;
mod mail;
mod oauth;
mod program;
mod repeating;
mod request_lines;
mod screens;
mod seed;
mod support;
mod tenants;
mod tls;
mod v1;
mod wire;
