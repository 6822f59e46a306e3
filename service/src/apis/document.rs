//! Reads JSON documents and rejects duplicate members.
//!
//! A map would keep the last of two members with one name and lose the first. The error points to the duplicate.

use domain::{
    code::FlawCode,
    error::{FieldErrors, Flaw},
};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{cell::RefCell, fmt};

/// Parses a JSON document.
///
/// # Errors
/// Fails with `malformed_json`, or with `duplicate_field` and a pointer to the duplicate member.
pub(super) fn read_json(text: &[u8]) -> Result<Value, FieldErrors> {
    let duplicate = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_slice(text);
    let root = Part { step: &Step::Root, duplicate: &duplicate };
    let read = root.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    read.map_err(|error| match duplicate.take() {
        Some(pointer) => {
            FieldErrors::one(Flaw::new(FlawCode::DuplicateField, "This member is there twice.").at(pointer))
        }
        None => {
            let detail = format!("The document is not valid JSON at line {}, column {}.", error.line(), error.column());
            FieldErrors::one(Flaw::new(FlawCode::MalformedJson, detail).at(""))
        }
    })
}

/// The path from the root of the document to a value.
enum Step<'a> {
    Root,
    Member(&'a Step<'a>, &'a str),
    Element(&'a Step<'a>, usize),
}

/// Writes the path as a JSON pointer (RFC 6901).
impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => write!(f, "{parent}/{}", name.replace('~', "~0").replace('/', "~1")),
            Self::Element(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// Deserializes one value. Stores the pointer to a duplicate member in `duplicate`.
struct Part<'a> {
    step: &'a Step<'a>,
    duplicate: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            let step = Step::Element(self.step, elements.len());
            match access.next_element_seed(Part { step: &step, duplicate: self.duplicate })? {
                Some(element) => elements.push(element),
                None => return Ok(Value::Array(elements)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let step = Step::Member(self.step, &name);
            if members.contains_key(&name) {
                *self.duplicate.borrow_mut() = Some(step.to_string());
                return Err(A::Error::custom("a member is there twice"));
            }
            let value = access.next_value_seed(Part { step: &step, duplicate: self.duplicate })?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn flaw(text: &str) -> (String, String) {
        let error = read_json(text.as_bytes()).unwrap_err().0.remove(0);
        (error.pointer, error.code.to_string())
    }

    #[test]
    fn a_document_reads_as_any_other_reader_would_read_it() {
        let document = json!({ "a": [1, -2, 3.5, true, null, "x", { "b": {} }, []], "c": { "a": "a", "/~": "" } });
        assert_eq!(read_json(document.to_string().as_bytes()), Ok(document));
    }

    #[test]
    fn a_member_that_is_there_twice_is_named() {
        for (text, pointer) in [
            (r#"{"paths":{"/a":{"get":{}},"/b":{},"/a":{"put":{}}}}"#, "/paths/~1a"),
            (r#"{"paths":{"/a~b":{"get":{},"get":{}}}}"#, "/paths/~1a~0b/get"),
            (r#"{"a":1,"a":1}"#, "/a"),
            (r#"{"a":[0,{"b":1,"\u0062":2}]}"#, "/a/1/b"),
        ] {
            assert_eq!(flaw(text), (pointer.to_owned(), "duplicate_field".to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_no_document() {
        let deep = "[".repeat(100_000);
        for text in ["", "{", "{} {}", r#"{"a":}"#, &deep] {
            assert_eq!(flaw(text), (String::new(), "malformed_json".to_owned()));
        }
    }
}
