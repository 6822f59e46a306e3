//! The business rules of Mintmark: ids, names, scopes, the token format, the life cycle of a credential, permissions,
//! and the content of audit events.
//!
//! This crate does no I/O, reads no clock and draws no random numbers: time and entropy are arguments. It also compiles
//! to WebAssembly, so that the screens and the server decide with the same code.
//!
//! Start at [`credential`] for the life cycle, at [`access`] for permissions, and at [`secret`] for the token format.

pub mod access;
pub mod account;
pub mod audit;
mod client_prefix;
pub mod code;
pub mod credential;
mod email;
pub mod error;
pub mod ids;
pub mod limits;
pub mod mail;
mod name;
pub mod network;
pub mod oauth;
pub mod operation;
pub mod policy;
pub mod resource;
#[cfg(feature = "schema")]
mod schema;
pub mod scope;
pub mod secret;
pub mod text;
mod time;
pub mod verify;

pub use self::client_prefix::ClientPrefix;
pub use self::email::EmailAddress;
pub use self::name::{Description, Name, Slug};
pub use self::time::Timestamp;
