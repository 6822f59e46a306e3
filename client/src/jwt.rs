//! Signed JWTs in compact form (RFC 7515, RFC 7519, RFC 8725).
//!
//! Owns: strict parsing, and the signature check with a key that the caller has found by `kid`. Keys and addresses in a
//! header (`jwk`, `jku`, `x5c`, `x5u`) are ignored. Claims are trusted only after the signature is verified.

use crate::{error::InvalidToken, key_set::Key, strict_json};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

/// Longest accepted token, in bytes.
pub(crate) const MAX_TOKEN: usize = 8 * 1024;

/// A token whose signature has not been verified yet.
#[derive(Debug)]
pub(crate) struct Unverified<'a> {
    /// One of the accepted algorithms.
    alg: Algorithm,
    /// The key that the token claims to be signed with.
    pub(crate) kid: String,
    signed: &'a str,
    claims: &'a str,
    signature: &'a str,
}

/// The algorithm with this name, if it is accepted. `none` and algorithms with a shared secret never are.
pub(crate) fn accepted_algorithm(name: &str) -> Option<Algorithm> {
    Some(match name {
        "ES256" => Algorithm::ES256,
        "RS256" => Algorithm::RS256,
        "EdDSA" => Algorithm::EdDSA,
        _ => return None,
    })
}

impl<'a> Unverified<'a> {
    /// Parses `token` and checks its header.
    ///
    /// # Errors
    /// The first problem found.
    pub(crate) fn parse(token: &'a str) -> Result<Self, InvalidToken> {
        let (signed, signature) = token.rsplit_once('.').ok_or(InvalidToken::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(InvalidToken::Malformed)?;
        if claims.contains('.') || [header, claims, signature].iter().any(|part| decode(part).is_err()) {
            return Err(InvalidToken::Malformed);
        }
        let header = object(header)?;
        if !header.get("typ").and_then(Value::as_str).is_some_and(is_access_token) {
            return Err(InvalidToken::WrongType);
        }
        let alg = header.get("alg").and_then(Value::as_str).and_then(accepted_algorithm);
        let alg = alg.ok_or(InvalidToken::Algorithm)?;
        if ["crit", "b64", "zip"].iter().any(|extension| header.contains_key(*extension)) {
            return Err(InvalidToken::Extension);
        }
        let kid = header.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty());
        let kid = kid.ok_or(InvalidToken::NoKeyId)?.to_owned();
        Ok(Self { alg, kid, signed, claims, signature })
    }

    /// Returns the claims if `key` has signed them.
    ///
    /// # Errors
    /// [`InvalidToken::KeyMismatch`] if the algorithms differ, [`InvalidToken::Signature`] if the signature is wrong,
    /// and [`InvalidToken::Malformed`] if the claims are not a JSON object.
    pub(crate) fn verify(&self, key: &Key) -> Result<Map<String, Value>, InvalidToken> {
        if self.alg != key.alg {
            return Err(InvalidToken::KeyMismatch);
        }
        match jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), &key.decoding, key.alg) {
            Ok(true) => object(self.claims),
            Ok(false) | Err(_) => Err(InvalidToken::Signature),
        }
    }
}

/// The media type, with or without the prefix `application/` (RFC 9068 section 4).
fn is_access_token(typ: &str) -> bool {
    ["at+jwt", "application/at+jwt"].iter().any(|accepted| typ.eq_ignore_ascii_case(accepted))
}

/// Strict base64url: no padding, no other characters, no unused bits set.
fn decode(part: &str) -> Result<Vec<u8>, InvalidToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| InvalidToken::Malformed)
}

fn object(part: &str) -> Result<Map<String, Value>, InvalidToken> {
    strict_json::object(&decode(part)?).map_err(|_| InvalidToken::Malformed)
}
