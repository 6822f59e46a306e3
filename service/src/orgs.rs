//! Organizations: creates them, lists the caller's, and switches between them.
//!
//! A person who creates an organization owns it. Members and roles have their own use cases.

mod create;
mod mine;
mod settings;

pub use self::settings::Settings;

pub(crate) use self::create::insert_with_free_slug;
