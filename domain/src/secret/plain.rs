//! The plain value of a secret in memory.
//!
//! [`PlainSecret`] wipes the value when it is dropped. It cannot be printed, serialized or compared by accident.

use super::{Brand, Environment, SecretKind, format};
use zeroize::Zeroizing;

/// Strips white space and the scheme `secret-token:` (RFC 8959), which helps secret scanners. Every way to present a
/// secret uses this function.
pub fn bare(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("secret-token:").unwrap_or(text).trim()
}

/// A plain secret. On purpose, it has no `Debug`, `Display`, `Serialize`, `Clone` or `PartialEq`.
pub struct PlainSecret(Zeroizing<String>);

impl PlainSecret {
    /// Creates a new secret. `fill` must write random bytes from the operating system.
    pub fn generate(brand: &Brand, kind: SecretKind, env: Environment, mut fill: impl FnMut(&mut [u8])) -> Self {
        Self(Zeroizing::new(format::draw(brand, kind, env, &mut fill)))
    }

    /// Wraps a secret that a caller presented, stripped by [`bare`].
    pub fn presented(text: String) -> Self {
        let text = Zeroizing::new(text);
        if bare(&text).len() == text.len() { Self(text) } else { Self(Zeroizing::new(bare(&text).to_owned())) }
    }

    /// Returns the plain text. Every call of this method needs a review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
