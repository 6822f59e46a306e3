//! Members of a body that changes something: absent stays as it is.
//!
//! Owns: what `null` means there. It takes away what can be absent, and is refused for what cannot; it is never ignored.

use serde::{Deserialize, Deserializer};

/// `null` is the value that there is when nothing was ever given.
pub(super) fn or_nothing<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer).map(|value| Some(value.unwrap_or_default()))
}

/// `null` is no value.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
