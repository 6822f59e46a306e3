//! The keys that sign access tokens.
//!
//! Opens them at the start, signs and verifies with them, publishes their public halves, and rotates them. A missing or
//! damaged key stops the start; it is never replaced silently. Each node reads the table again, so all nodes see a new
//! key within seconds. [`domain::oauth`] decides what each key is used for.

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
