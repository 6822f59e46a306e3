//! What waits for approval, on screen: who asks for what and why, and deciding.
//!
//! Owns: that whoever decides sees everything that is asked for before the buttons. Plain forms, which work without script.

#[cfg(feature = "ssr")]
mod request_panel;
mod server_fns;

#[cfg(feature = "ssr")]
pub(crate) use self::request_panel::{Decided, RequestPanel};
pub use self::server_fns::DecideRequest;
