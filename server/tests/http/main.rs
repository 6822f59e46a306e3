//! The HTTP contract, against the real application on a real socket and a real database. Files mirror addresses.

mod configuration;
mod guarded;
mod health;
mod screens;
mod support;
mod v1;
