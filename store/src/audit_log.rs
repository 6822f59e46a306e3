//! The audit log: one event for each committed change, numbered and chained inside each organisation.
//!
//! Owns: `audit_events` and `audit_heads`. `append` holds the end of a chain and adds the event, `keys` holds what it is hashed under, `record` is the row
//! and its canonical form, `verify` says whether a chain is whole, `list` is what people and programs read. Never changes or deletes an event; the database
//! refuses that too.

mod append;
mod keys;
mod list;
mod record;
mod verify;

pub(crate) use self::append::{Head, append, hold, is_keyed};
pub use self::keys::AuditKeys;
pub use self::list::{AuditFilter, AuditRecord};
pub(crate) use self::verify::verify;
pub use self::verify::{ChainFault, ChainVerdict};
