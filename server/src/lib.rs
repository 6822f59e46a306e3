//! The HTTP adapter: the token API, the screens' routes, and the process around them.
//!
//! Owns: how a request becomes a caller (`gate`), which routes there are (`routes`), how an answer or an error is
//! written (`api`). Decides nothing: every decision is a call to `service`. [`build_app`] makes the whole application
//! for `main` and for tests alike.

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
