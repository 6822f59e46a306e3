//! A person's browser sessions: listing and ending them.
//!
//! Owns the two server functions and the labels for browsers. Never shows the value of a cookie; the IDs here are
//! public.

mod server_fns;

#[cfg(feature = "ssr")]
mod agent;
#[cfg(feature = "ssr")]
mod session_table;

pub use self::server_fns::{EndOtherSessions, EndSession, end_other_sessions, end_session};

#[cfg(feature = "ssr")]
pub(crate) use self::session_table::SessionTable;
