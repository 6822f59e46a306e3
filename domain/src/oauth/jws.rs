//! Strict parsing of a compact JWS (RFC 7515).
//!
//! This module checks size, shape, base64url without padding, and that JSON names are not repeated. It rejects the
//! headers `crit`, `b64`, `zip` and `enc`, because they change how a JWS is verified. It ignores `jku`, `jwk`, `x5u`
//! and `x5c`. `service` verifies the signature.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Maximum length of a JWS, in bytes.
pub const MAX_JWS: usize = 8 * 1024;
const MAX_KID: usize = 256;
/// Headers that change the meaning of the rest. Mintmark supports none of them.
const REFUSED: [&str; 4] = ["crit", "b64", "zip", "enc"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed JWS")]
pub struct NotAJws;

/// A JWS whose signature has not been checked yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Jws<'a> {
    /// The algorithm that the header claims.
    pub alg: String,
    /// The header `typ`, in lower case and without `application/`.
    pub typ: Option<String>,
    /// The id of the key that the header claims.
    pub kid: Option<String>,
    pub claims: Map<String, Value>,
    /// The signed text, which is the first two parts.
    pub signed: &'a str,
    /// The signature, in base64url.
    pub signature: &'a str,
}

impl<'a> Jws<'a> {
    /// # Errors
    /// Returns [`NotAJws`] for every problem.
    pub fn parse(text: &'a str) -> Result<Self, NotAJws> {
        if text.len() > MAX_JWS {
            return Err(NotAJws);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(NotAJws)?;
        let (header, payload) = signed.split_once('.').ok_or(NotAJws)?;
        if payload.contains('.') || signature.is_empty() || URL_SAFE_NO_PAD.decode(signature).is_err() {
            return Err(NotAJws);
        }
        let header = object(header)?;
        if REFUSED.iter().any(|name| header.contains_key(*name)) {
            return Err(NotAJws);
        }
        let text = |name: &str| match header.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= MAX_KID => Ok(Some(text.clone())),
            Some(_) => Err(NotAJws),
        };
        let typ = text("typ")?.map(|typ| typ.to_ascii_lowercase());
        Ok(Self {
            alg: text("alg")?.ok_or(NotAJws)?,
            typ: typ.map(|typ| typ.strip_prefix("application/").unwrap_or(&typ).to_owned()),
            kid: text("kid")?,
            claims: object(payload)?,
            signed,
            signature,
        })
    }
}

fn object(part: &str) -> Result<Map<String, Value>, NotAJws> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| NotAJws)?;
    match serde_json::from_slice::<Strict>(&bytes) {
        Ok(Strict(Value::Object(object))) => Ok(object),
        _ => Err(NotAJws),
    }
}

/// A JSON value without repeated names in its objects.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated names")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Strict, E> {
        Number::from_f64(value).map(|number| Strict(Value::Number(number))).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(Value::String(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Strict(Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = map.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name is repeated"));
            }
        }
        Ok(Strict(Value::Object(object)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn jws(header: &str, payload: &str) -> String {
        format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload), "c2ln")
    }

    #[test]
    fn it_is_read_and_its_type_is_normalized() {
        let text =
            jws(r#"{"alg":"ES256","typ":"application/AT+JWT","kid":"k","jku":"https://evil.example"}"#, r#"{"a":1}"#);
        let jws = Jws::parse(&text).unwrap();
        assert_eq!((jws.alg.as_str(), jws.typ.as_deref(), jws.kid.as_deref()), ("ES256", Some("at+jwt"), Some("k")));
        assert_eq!(jws.claims["a"], 1);
    }

    #[test]
    fn what_is_not_strictly_a_jws_is_refused() {
        let good = r#"{"alg":"ES256"}"#;
        for text in [
            String::new(),
            "a.b".to_owned(),
            "a.b.c.d".to_owned(),
            "..".to_owned(),
            jws(r#"{"typ":"at+jwt"}"#, "{}"),
            jws(r#"{"alg":1}"#, "{}"),
            jws(r#"{"alg":"ES256","alg":"none"}"#, "{}"),
            jws(good, r#"{"exp":1,"exp":2}"#),
            jws(good, r#"{"act":{"sub":"a","sub":"b"}}"#),
            jws(good, "[]"),
            jws(good, "{} {}"),
            jws(r#"{"alg":"ES256","crit":["exp"]}"#, "{}"),
            jws(r#"{"alg":"ES256","b64":false}"#, "{}"),
            jws(r#"{"alg":"ES256","zip":"DEF"}"#, "{}"),
            format!("{}=.e30.c2ln", URL_SAFE_NO_PAD.encode(good)),
            format!("{}.e30.", URL_SAFE_NO_PAD.encode(good)),
            format!("{}.e30.c2l+", URL_SAFE_NO_PAD.encode(good)),
            jws(good, &format!("{{\"x\":\"{}\"}}", "y".repeat(MAX_JWS))),
        ] {
            assert_eq!(Jws::parse(&text).map(|_| ()), Err(NotAJws), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_input_panics(text in "[\\PC.]{0,120}") {
            let _ = Jws::parse(&text);
        }
    }
}
