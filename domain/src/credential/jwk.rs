//! Public keys of clients, as JWKs (RFC 7517, RFC 7518, RFC 8037).
//!
//! Owns: refusing private and weak ones. What is kept is only the public members, under the key's own thumbprint.

use crate::error::Flaw;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A public key, with its thumbprint as id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJwk {
    /// The RFC 7638 thumbprint.
    pub kid: String,
    /// `ES256`, `RS256` or `EdDSA`.
    pub alg: String,
    /// The public members that the thumbprint is computed over.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// Members that hold private key material (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const MIN_RSA_BYTES: usize = 256;
const MAX_RSA_BYTES: usize = 512;

impl PublicJwk {
    /// Checks one JWK.
    ///
    /// # Errors
    /// `private_key`, `weak_key` or `invalid_jwk`.
    pub fn parse(jwk: &Value) -> Result<Self, Flaw> {
        let invalid =
            || Flaw::new("invalid_jwk", "Give a public key: EC P-256, OKP Ed25519, or RSA of 2048 to 4096 bits.");
        let jwk = jwk.as_object().ok_or_else(invalid)?;
        if PRIVATE.iter().any(|member| jwk.contains_key(*member)) {
            let detail = "This is a private key. Treat it as leaked: make a new pair and give only the public half.";
            return Err(Flaw::new("private_key", detail));
        }
        let text = |member: &str| jwk.get(member).and_then(Value::as_str);
        let bytes = |member: &str| text(member).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).ok_or_else(invalid);
        let (alg, names): (&str, &[&str]) = match (text("kty"), text("crv")) {
            (Some("EC"), Some("P-256")) if bytes("x")?.len() == 32 && bytes("y")?.len() == 32 => {
                ("ES256", &["crv", "kty", "x", "y"])
            }
            (Some("OKP"), Some("Ed25519")) if bytes("x")?.len() == 32 => ("EdDSA", &["crv", "kty", "x"]),
            (Some("RSA"), None) => {
                check_rsa(&bytes("n")?, &bytes("e")?)?;
                ("RS256", &["e", "kty", "n"])
            }
            _ => return Err(invalid()),
        };
        // RFC 9864 gives the one curve of ours a name of its own; libraries write either.
        let same = |own: &str| own == alg || (own, alg) == ("Ed25519", "EdDSA");
        if text("alg").is_some_and(|own| !same(own)) || text("use").is_some_and(|used| used != "sig") {
            return Err(Flaw::new("invalid_jwk", format!("This key can only be used for signatures with {alg}.")));
        }
        let members: Map<_, _> =
            names.iter().filter_map(|name| Some(((*name).to_owned(), jwk.get(*name)?.clone()))).collect();
        // RFC 7638: the required members, in lexical order, without white space; a map of serde_json keeps that order.
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(Value::Object(members.clone()).to_string()));
        Ok(Self { kid, alg: alg.to_owned(), members })
    }
}

fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), Flaw> {
    let strong = (MIN_RSA_BYTES..=MAX_RSA_BYTES).contains(&modulus.len())
        && modulus.first().is_some_and(|byte| byte & 0x80 != 0)
        && modulus.last().is_some_and(|byte| byte & 1 == 1)
        && matches!(exponent, [1, 0, 1]);
    if strong {
        Ok(())
    } else {
        Err(Flaw::new("weak_key", "Use an RSA key of 2048 to 4096 bits with the exponent 65537."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_id_is_the_thumbprint_of_rfc_7638() {
        let jwk = json!({ "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw" });
        assert_eq!(
            PublicJwk::parse(&jwk).map(|key| key.kid),
            Ok("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs".to_owned())
        );
    }

    #[test]
    fn private_weak_and_foreign_keys_are_refused() {
        let code = |jwk: Value| PublicJwk::parse(&jwk).map(|_| ()).map_err(|flaw| flaw.code);
        let x = URL_SAFE_NO_PAD.encode([7; 32]);
        assert_eq!(code(json!({ "kty": "EC", "crv": "P-256", "x": x, "y": x })), Ok(()));
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
        assert_eq!(code(json!({ "kty": "EC", "crv": "P-256", "x": x, "y": x, "alg": "HS256" })), Err("invalid_jwk"));
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
