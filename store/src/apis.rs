//! The catalog: APIs with their scopes and operations.
//!
//! Owns: their rows. `row` converts rows into the types of `domain`; `read` and `write` hold the methods of
//! transactions. An organization sees its own APIs and the platform's, and writes only its own. Never: Mintmark's
//! own API, which is code.

pub(crate) mod read;
mod row;
pub(crate) mod write;

pub(crate) use self::read::load;
