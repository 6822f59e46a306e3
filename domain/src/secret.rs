//! Secrets: their format, the plain value, the stored verifier, and the reply that reveals a secret once.
//!
//! This module owns everything that touches a plain secret. It never prints, compares or stores one, except in the
//! reply that reveals it. Only the [`Verifier`] and the redacted form are stored.

mod format;
mod plain;
mod revealed;
mod verifier;

pub use self::format::{Brand, Environment, LENGTH, Malformed, Parsed, SecretKind, parse, redact};
pub use self::plain::{PlainSecret, bare};
pub use self::revealed::RevealedSecret;
pub use self::verifier::{Pepper, Verifier};
