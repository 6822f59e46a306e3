//! The audit log: one event for each committed change, numbered and chained inside each organization.
//!
//! Owns: `audit_events` and `audit_heads`. `append` locks the end of a chain and adds the event; `keys` holds the hash
//! keys. `record` is the row and its canonical form, `verify` checks a chain, and `list` reads events for people and
//! programs. Never changes or deletes an event; the database rejects that too.

pub(crate) mod append;
mod keys;
pub(crate) mod list;
mod record;
pub(crate) mod verify;

pub(crate) use self::append::{Head, append, hold, is_keyed};
pub use self::keys::AuditKeys;
pub use self::list::{AuditFilter, AuditRecord};
pub(crate) use self::verify::verify;
pub use self::verify::{ChainFault, ChainVerdict};
