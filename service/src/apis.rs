//! APIs with their scopes and operations. This catalog is the only source of the rights that exist.
//!
//! Owns the part of the catalog that an organization sees, and every change to it. Mintmark's own API is part of every
//! catalog and cannot be changed.

mod advise;
mod change;
mod define;
mod document;
mod import;
mod read;

pub use self::import::ImportTurn;
pub(crate) use self::import::Imports;
pub use domain::operation::{Api, ApiDraft, ApiEdit, ApiScopeDraft, OperationDraft};
