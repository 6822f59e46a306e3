//! The plain value of a secret, while it is in memory.
//!
//! Owns: that it is wiped when dropped and cannot be printed, serialised or compared by accident.

use super::{Brand, Environment, SecretKind, format};
use zeroize::Zeroizing;

/// The secret in what somebody presented: without white space around it, and without the scheme of RFC 8959, which helps
/// scanners. Every way of presenting one reads it like this.
pub fn bare(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("secret-token:").unwrap_or(text).trim()
}

/// A plain secret. No `Debug`, `Display`, `Serialize`, `Clone` or `PartialEq`.
pub struct PlainSecret(Zeroizing<String>);

impl PlainSecret {
    /// A new secret; `fill` must give random bytes from the operating system.
    pub fn generate(brand: &Brand, kind: SecretKind, env: Environment, mut fill: impl FnMut(&mut [u8])) -> Self {
        Self(Zeroizing::new(format::draw(brand, kind, env, &mut fill)))
    }

    /// A secret that somebody presented, as [`bare`] reads it.
    pub fn presented(text: String) -> Self {
        let text = Zeroizing::new(text);
        if bare(&text).len() == text.len() { Self(text) } else { Self(Zeroizing::new(bare(&text).to_owned())) }
    }

    /// The plain text. Every use of this method is a place to review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
