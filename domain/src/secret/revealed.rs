//! The one value that may leave: the plain secret in the reply to issue and roll.
//!
//! Owns: the only `Serialize` of a plain secret. Never stored, logged or put in a page.

use super::PlainSecret;
use serde::{Serialize, Serializer};

/// A plain secret on its way to the person who asked for it, once.
pub struct RevealedSecret(PlainSecret);

impl RevealedSecret {
    /// Lets a new secret leave.
    pub fn new(secret: PlainSecret) -> Self {
        Self(secret)
    }

    /// The plain text.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Serialize for RevealedSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}
