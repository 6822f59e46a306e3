//! Secrets: their format, the plain value, what is stored of it, and the one value that may leave.
//!
//! Owns: everything that touches a plain secret outside the reply that reveals it. A plain secret is never
//! printed, compared or stored; only its [`Verifier`] and its redacted form are.

mod format;
mod plain;
mod revealed;
mod verifier;

pub use self::format::{Brand, Environment, LENGTH, Malformed, Parsed, SecretKind, parse, redact};
pub use self::plain::{PlainSecret, bare};
pub use self::revealed::RevealedSecret;
pub use self::verifier::{Pepper, Verifier};
