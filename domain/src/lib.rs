//! The rules of Mintmark, and nothing else.
//!
//! Owns: ids, names, scopes, the token format, the life-cycle of a credential, who may do what, and what an
//! audit event says. Never does I/O, never reads a clock, never draws randomness: time and entropy are
//! arguments. Builds to WebAssembly, so that screens and server decide with the same code.
//!
//! Start at [`credential`] for the life-cycle, at [`access`] for permission, at [`secret`] for the token format.

pub mod access;
pub mod account;
pub mod audit;
mod client_prefix;
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
pub mod scope;
pub mod secret;
pub mod text;
mod time;
pub mod verify;

pub use self::client_prefix::ClientPrefix;
pub use self::email::EmailAddress;
pub use self::name::{Description, Name, Slug};
pub use self::time::Timestamp;
