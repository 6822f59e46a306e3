//! Notes on a credential as they are sent.
//!
//! Owns: that a name which is there twice is refused. A map would keep the last value and lose the first.

use domain::credential::Metadata;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::fmt;

#[derive(Default)]
pub(super) struct Notes(Metadata);

impl From<Notes> for Metadata {
    fn from(notes: Notes) -> Self {
        notes.0
    }
}

impl<'de> Deserialize<'de> for Notes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NotesVisitor)
    }
}

struct NotesVisitor;

impl<'de> Visitor<'de> for NotesVisitor {
    type Value = Notes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Notes, A::Error> {
        let mut notes = Metadata::new();
        while let Some(name) = access.next_key::<String>()? {
            if notes.contains_key(&name) {
                // As serde says it of a struct; the explanation of bodies reads it.
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            let value = access.next_value()?;
            notes.insert(name, value);
        }
        Ok(Notes(notes))
    }
}
