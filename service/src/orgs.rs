//! Organisations: creating them, listing one's own, switching between them.
//!
//! Owns: that whoever creates an organisation is its owner. Members and roles have their own use cases.

mod create;
mod mine;
mod settings;

pub use self::settings::Settings;

pub(crate) use self::create::insert_with_free_slug;
