//! The keys that an issuer publishes (RFC 7517).
//!
//! Owns: the choice of keys that can verify a signature. They have a name, are public, are for signatures, and have one
//! accepted algorithm that fits their type. Other keys are skipped, so a set may contain keys for other purposes.

use crate::{jwt::accepted_algorithm, strict_json};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A public key and the one algorithm that it is for.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) alg: Algorithm,
    pub(crate) decoding: DecodingKey,
}

/// Keys by `kid`.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeySet(BTreeMap<String, Key>);

/// The text is not a JSON object with an array `keys`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotAKeySet;

impl KeySet {
    /// Parses a JWKS. Keys with the same `kid` are all dropped.
    ///
    /// # Errors
    /// [`NotAKeySet`] if the text is not a JWKS.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, NotAKeySet> {
        let mut object = strict_json::object(body).map_err(|_| NotAKeySet)?;
        let Some(Value::Array(entries)) = object.remove("keys") else { return Err(NotAKeySet) };
        let (mut keys, mut ambiguous) = (BTreeMap::new(), BTreeSet::new());
        for entry in entries {
            if let Some((kid, key)) = usable(entry)
                && keys.insert(kid.clone(), key).is_some()
            {
                ambiguous.insert(kid);
            }
        }
        keys.retain(|kid, _| !ambiguous.contains(kid));
        Ok(Self(keys))
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&Key> {
        self.0.get(kid)
    }
}

fn usable(entry: Value) -> Option<(String, Key)> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let for_signatures = entry.get("use").is_none_or(|r#use| r#use == "sig");
    let verifies = match entry.get("key_ops") {
        None => true,
        Some(operations) => operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify")),
    };
    let is_private = entry.get("d").is_some();
    let kid = text("kid").filter(|kid| !kid.is_empty())?.to_owned();
    let alg = accepted_algorithm(text("alg")?)?;
    if !for_signatures || !verifies || is_private {
        return None;
    }
    let jwk: Jwk = serde_json::from_value(entry).ok()?;
    let fits = match (&jwk.algorithm, alg) {
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => key.curve == EllipticCurve::Ed25519,
        (AlgorithmParameters::RSA(_), Algorithm::RS256) => true,
        _ => false,
    };
    let decoding = DecodingKey::from_jwk(&jwk).ok().filter(|_| fits)?;
    Some((kid, Key { alg, decoding }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ec(change: impl FnOnce(&mut Value)) -> Value {
        let mut key = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "one",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
        change(&mut key);
        key
    }

    fn held(keys: &[Value]) -> KeySet {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn only_named_public_signature_keys_of_an_accepted_algorithm_are_held() {
        assert!(held(&[ec(|_| ())]).get("one").is_some());
        let changes: [(&str, Value); 10] = [
            ("use", json!("enc")),
            ("key_ops", json!(["sign"])),
            ("d", json!("AAAA")),
            ("alg", json!("ES384")),
            ("alg", json!("HS256")),
            ("alg", json!("RS256")),
            ("alg", Value::Null),
            ("crv", json!("P-384")),
            ("kty", json!("oct")),
            ("x", json!("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=")),
        ];
        for (name, value) in changes {
            let key = ec(|key| key[name] = value.clone());
            assert!(held(&[key]).get("one").is_none(), "{name}: {value}");
        }
        assert!(held(&[ec(|key| key["kid"] = json!(""))]).get("").is_none());
    }

    #[test]
    fn an_unusable_key_does_not_spoil_its_neighbors_and_an_ambiguous_name_names_nothing() {
        let odd = [json!({"kty": "EC"}), json!(5), ec(|key| key["alg"] = json!(7)), ec(|_| ())];
        assert!(held(&odd).get("one").is_some());
        assert!(held(&[ec(|_| ()), ec(|_| ()), ec(|_| ())]).get("one").is_none());
    }

    #[test]
    fn what_is_not_a_key_set_is_not_taken_for_an_empty_one() {
        for body in ["", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "<html>"] {
            assert_eq!(KeySet::parse(body.as_bytes()).err(), Some(NotAKeySet), "{body}");
        }
        assert!(KeySet::parse(b"{\"keys\":[]}").is_ok());
    }
}
