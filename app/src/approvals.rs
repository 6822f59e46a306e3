//! Approval requests: what is requested, by whom and why, and the forms that approve or deny.
//!
//! Shows everything a request asks for before the buttons. All forms work without script.

#[cfg(feature = "ssr")]
mod request_panel;
mod server_fns;

#[cfg(feature = "ssr")]
pub(crate) use self::request_panel::{Decided, RequestPanel};
pub use self::server_fns::DecideRequest;
