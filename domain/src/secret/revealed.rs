//! The plain secret in the reply to create and roll, which is the only way it leaves Mintmark.
//!
//! This module owns the only `Serialize` of a plain secret. The value is never stored, logged or put in a page.

use super::PlainSecret;
use serde::{Serialize, Serializer};

/// A plain secret on its way to the person who requested it. It is shown once.
pub struct RevealedSecret(PlainSecret);

impl RevealedSecret {
    /// Permits a new secret to be serialized.
    pub fn new(secret: PlainSecret) -> Self {
        Self(secret)
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Serialize for RevealedSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}
