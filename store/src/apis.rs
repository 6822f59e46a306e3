//! The catalogue's APIs with their scopes and operations.
//!
//! Owns: their rows. `row` makes the domain's type of them, `read` and `write` are what transactions can do. An
//! organisation sees its own APIs and the platform's; it writes its own alone. Never: Mintmark's own API, which is code.

mod read;
mod row;
mod write;

pub(crate) use self::read::load;
