//! The keys that sign access tokens.
//!
//! Owns: opening them at start, signing and checking with them, publishing their public halves, and letting the next one take
//! over. A key that is missing or cannot be opened stops the start; nothing is made silently in its place. All nodes see a
//! new key within seconds, because each reads the table again. Which key does what is in [`domain::oauth`].

mod key_pair;
mod keyring;
mod publish;
mod rotate;
mod verify;

pub(crate) use self::keyring::SigningKeys;
pub use self::keyring::SigningKeysError;
pub use self::publish::PublishedKeys;
pub use self::rotate::{Rotated, Rotation, ShownKey};
pub(crate) use self::verify::check_signature;
