//! Public keys of clients, as JWKs (RFC 7517, RFC 7518, RFC 8037).
//!
//! This module rejects private keys, weak keys, and points that are not on their curve. It keeps only the public
//! members, and identifies a key by its `kid` or else by its thumbprint.

mod curve;

use crate::{code::FlawCode, error::Flaw};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicJwk {
    /// The id that the client chose for the key, or else the thumbprint (RFC 7638).
    pub kid: String,
    /// `ES256`, `RS256` or `EdDSA`.
    pub alg: String,
    /// The public members, which are the input of the thumbprint.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// Members that hold private key material (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const MIN_RSA_BYTES: usize = 256;
const MAX_RSA_BYTES: usize = 512;
const MAX_KID: usize = 255;

impl PublicJwk {
    /// # Errors
    /// Returns the flaw `private_key`, `weak_key` or `invalid_jwk`.
    pub fn parse(jwk: &Value) -> Result<Self, Flaw> {
        let invalid = || {
            Flaw::new(FlawCode::InvalidJwk, "Give a public key: EC P-256, OKP Ed25519, or RSA of 2048 to 4096 bits.")
        };
        let jwk = jwk.as_object().ok_or_else(invalid)?;
        if PRIVATE.iter().any(|member| jwk.contains_key(*member)) {
            let detail = "This is a private key. Treat it as leaked: make a new pair and give only the public half.";
            return Err(Flaw::new(FlawCode::PrivateKey, detail));
        }
        let text = |member: &str| jwk.get(member).and_then(Value::as_str);
        let bytes = |member: &str| text(member).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).ok_or_else(invalid);
        let mut members = Map::new();
        let mut put = |name: &str, value: &str| drop(members.insert(name.to_owned(), value.into()));
        let alg = match (text("kty"), text("crv")) {
            (Some("EC"), Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                if !curve::is_on_p256(&x, &y) {
                    return Err(Flaw::new(
                        FlawCode::InvalidJwk,
                        "This point is not on the curve P-256. Export the key again.",
                    ));
                }
                put("crv", "P-256");
                put("x", &URL_SAFE_NO_PAD.encode(x));
                put("y", &URL_SAFE_NO_PAD.encode(y));
                "ES256"
            }
            (Some("OKP"), Some("Ed25519")) => {
                let x = bytes("x")?;
                if !curve::is_on_ed25519(&x) {
                    return Err(Flaw::new(
                        FlawCode::InvalidJwk,
                        "This point is not on the curve Ed25519. Export the key again.",
                    ));
                }
                put("crv", "Ed25519");
                put("x", &URL_SAFE_NO_PAD.encode(x));
                "EdDSA"
            }
            (Some("RSA"), None) => {
                let (n, e) = (bytes("n")?, bytes("e")?);
                let (n, e) = (without_leading_zeros(&n), without_leading_zeros(&e));
                check_rsa(n, e)?;
                put("n", &URL_SAFE_NO_PAD.encode(n));
                put("e", &URL_SAFE_NO_PAD.encode(e));
                "RS256"
            }
            _ => return Err(invalid()),
        };
        put("kty", text("kty").unwrap_or_default());
        // RFC 9864 gives this curve an algorithm name of its own. Libraries write either name.
        let same = |own: &str| own == alg || (own, alg) == ("Ed25519", "EdDSA");
        let verifies = |operations: &Value| {
            operations.as_array().is_some_and(|operations| operations.iter().any(|one| one.as_str() == Some("verify")))
        };
        if text("alg").is_some_and(|own| !same(own))
            || text("use").is_some_and(|used| used != "sig")
            || jwk.get("key_ops").is_some_and(|operations| !verifies(operations))
        {
            return Err(Flaw::new(
                FlawCode::InvalidJwk,
                format!("This key can only be used for signatures with {alg}."),
            ));
        }
        let kid = match jwk.get("kid") {
            Some(kid) => check_kid(kid)?,
            // RFC 7638: the required members in lexical order, without white space. A map of serde_json keeps that
            // order.
            None => URL_SAFE_NO_PAD.encode(Sha256::digest(Value::Object(members.clone()).to_string())),
        };
        Ok(Self { kid, alg: alg.to_owned(), members })
    }

    /// Returns whether one client cannot have both, because they are the same key or have the same `kid`.
    pub fn collides_with(&self, other: &Self) -> bool {
        self.members == other.members || self.kid == other.kid
    }
}

fn check_kid(kid: &Value) -> Result<String, Flaw> {
    let kid = kid.as_str().filter(|kid| (1..=MAX_KID).contains(&kid.len()) && !kid.chars().any(char::is_control));
    let detail = "kid is a text of 1 to 255 bytes without control characters. Leave it out to have the thumbprint.";
    kid.map(str::to_owned).ok_or_else(|| Flaw::new(FlawCode::InvalidJwk, detail))
}

/// Removes leading zeros, because some libraries write a sign octet first.
fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    &number[zeros..]
}

fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), Flaw> {
    let strong = (MIN_RSA_BYTES..=MAX_RSA_BYTES).contains(&modulus.len())
        && modulus.first().is_some_and(|byte| byte & 0x80 != 0)
        && modulus.last().is_some_and(|byte| byte & 1 == 1)
        && matches!(exponent, [1, 0, 1]);
    if strong {
        Ok(())
    } else {
        Err(Flaw::new(FlawCode::WeakKey, "Use an RSA key of 2048 to 4096 bits with the exponent 65537."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// RFC 8037 appendix A.2.
    const ED25519: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    /// RFC 7517 appendix A.1.
    const P256: (&str, &str) =
        ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");

    #[test]
    fn the_id_is_the_thumbprint_of_rfc_7638() {
        let mut jwk = json!({ "kty": "RSA", "e": "AQAB", "alg": "RS256",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw" });
        assert_eq!(
            PublicJwk::parse(&jwk).map(|key| key.kid),
            Ok("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs".to_owned())
        );
        let plain = PublicJwk::parse(&jwk).unwrap();
        jwk["n"] = URL_SAFE_NO_PAD
            .encode([&[0], &*URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap()].concat())
            .into();
        jwk["e"] = "AAEAAQ".into();
        assert_eq!(PublicJwk::parse(&jwk), Ok(plain), "octets of nothing in front change nothing");
    }

    #[test]
    fn a_name_of_its_own_is_kept() {
        let key = |kid: Value| PublicJwk::parse(&json!({ "kty": "OKP", "crv": "Ed25519", "x": ED25519, "kid": kid }));
        assert_eq!(key("2011-04-29".into()).map(|key| key.kid), Ok("2011-04-29".to_owned()));
        for bad in [json!(""), json!(7), json!(null), json!("a\nb"), json!("k".repeat(256))] {
            assert_eq!(key(bad.clone()).map_err(|flaw| flaw.code.as_str()), Err("invalid_jwk"), "{bad}");
        }
        let (one, renamed) = (key("a".into()).unwrap(), key("b".into()).unwrap());
        assert!(one.collides_with(&renamed) && one.collides_with(&one));
    }

    #[test]
    fn private_weak_and_foreign_keys_are_refused() {
        let code = |jwk: Value| PublicJwk::parse(&jwk).map(|_| ()).map_err(|flaw| flaw.code.as_str());
        let (x, p256) = (ED25519, |y: &str| json!({ "kty": "EC", "crv": "P-256", "x": P256.0, "y": y }));
        assert_eq!(code(p256(P256.1)), Ok(()));
        assert_eq!(code(p256(P256.0)), Err("invalid_jwk"), "on no curve");
        for (operations, result) in [
            (json!(["verify"]), Ok(())),
            (json!(["sign", "verify"]), Ok(())),
            (json!(["encrypt"]), Err("invalid_jwk")),
            (json!([]), Err("invalid_jwk")),
            (json!("verify"), Err("invalid_jwk")),
        ] {
            assert_eq!(
                code(json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "key_ops": operations })),
                result,
                "{operations}"
            );
        }
        assert_eq!(code(json!({ "kty": "OKP", "crv": "Ed25519", "x": x })), Ok(()));
        assert_eq!(code(json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "Ed25519" })), Ok(()));
        assert_eq!(code(json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA" })), Ok(()));
        assert_eq!(code(json!({ "kty": "EC", "crv": "P-256", "x": x, "y": x, "d": x })), Err("private_key"));
        assert_eq!(code(json!({ "kty": "oct", "k": x })), Err("private_key"));
        assert_eq!(
            code(json!({ "kty": "RSA", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode([0xff; 128]) })),
            Err("weak_key")
        );
        assert_eq!(code(json!({ "kty": "RSA", "e": "Aw", "n": URL_SAFE_NO_PAD.encode([0xff; 256]) })), Err("weak_key"));
        assert_eq!(code(json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "HS256" })), Err("invalid_jwk"));
        for invalid in [
            json!("x"),
            json!({}),
            json!({ "kty": "EC", "crv": "secp256k1", "x": x, "y": x }),
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "=" }),
        ] {
            assert_eq!(code(invalid), Err("invalid_jwk"));
        }
    }
}
