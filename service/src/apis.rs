//! APIs with their scopes and operations: the catalogue that everything about rights is read from.
//!
//! Owns: what an organisation sees of it, and how it grows and shrinks. Mintmark's own API is its first entry and cannot be changed.

mod advise;
mod change;
mod define;
mod document;
mod import;
mod read;

pub(crate) use self::import::Imports;
pub use domain::operation::{Api, ApiDraft, ApiEdit, ApiScopeDraft, OperationDraft};
