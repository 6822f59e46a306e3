//! The HTTP adapter: the token API, the routes of the screens, and the process around them.
//!
//! `gate` turns a request into a caller, `routes` lists the routes, and `api` writes responses and errors. This crate
//! decides nothing: every decision is a call to `service`. [`build_app`] builds the whole application for `main` and
//! for tests.

mod api;
mod background;
pub mod cli;
pub mod config;
pub mod core_dumps;
mod downloads;
mod gate;
mod health;
pub mod listen;
mod metrics;
mod oauth;
mod routes;
mod site;
mod state;
mod telemetry;
mod verify;

pub use self::api::openapi::text as openapi;
pub use self::background::spawn_background;
pub use self::routes::{Gate, Route, build_app, server_function_paths, table};
pub use self::site::Site;
pub use self::state::{AppState, PublicUrl};
