//! JSON objects in which no name occurs twice, at any depth.
//!
//! It rejects input that two parsers could understand differently (RFC 7515 section 4, RFC 7519 section 4).
//! `serde_json` limits the depth, and the callers limit the size.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// The text is not exactly one JSON object, or a name occurs twice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotStrict;

/// Parses one object with nothing after it.
///
/// # Errors
/// [`NotStrict`] for any other text.
pub(crate) fn object(bytes: &[u8]) -> Result<Map<String, Value>, NotStrict> {
    match serde_json::from_slice::<Strict>(bytes) {
        Ok(Strict(Value::Object(object))) => Ok(object),
        Ok(_) | Err(_) => Err(NotStrict),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated names")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
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

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name occurs twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_value_is_read_as_it_stands() {
        let text = br#"{"a":null,"b":[true,-1,2,0.5,"x\u00e9"],"c":{"a":{}}}"#;
        assert_eq!(
            Value::Object(object(text).unwrap()),
            json!({"a": null, "b": [true, -1, 2, 0.5, "xé"], "c": {"a": {}}})
        );
    }

    #[test]
    fn a_name_that_occurs_twice_is_refused_at_any_depth_and_however_it_is_spelt() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"a":2}]}"#, r#"{"a":1,"\u0061":2}"#] {
            assert_eq!(object(text.as_bytes()), Err(NotStrict), "{text}");
        }
    }

    #[test]
    fn only_one_object_and_nothing_else_is_accepted() {
        let deep = "[".repeat(4000);
        for text in
            ["", "[]", "1", "null", "{} {}", "{}x", "{'a':1}", r#"{"a":1,}"#, r#"{"a":NaN}"#, r#"{"a":1e999}"#, &deep]
        {
            assert_eq!(object(text.as_bytes()), Err(NotStrict), "{text:.20}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), Err(NotStrict), "not UTF-8");
    }
}
