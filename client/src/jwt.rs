//! Signed JWTs in compact form (RFC 7515, RFC 7519, RFC 8725).
//!
//! Owns: taking a token apart strictly, and checking its signature with a key that somebody else chose by `kid`. Key material and
//! addresses in a header (`jwk`, `jku`, `x5c`, `x5u`) are never looked at. Claims are believed only after the signature.

use crate::{error::InvalidToken, key_set::Key, strict_json};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

/// The longest token that is looked at, in bytes.
pub(crate) const MAX_TOKEN: usize = 8 * 1024;

/// A token whose signature has not been checked yet.
#[derive(Debug)]
pub(crate) struct Unverified<'a> {
    /// From the allow-list.
    alg: Algorithm,
    /// Which key the token says it is signed with.
    pub(crate) kid: String,
    signed: &'a str,
    claims: &'a str,
    signature: &'a str,
}

/// The algorithm of that name, if it is one that is accepted: never `none`, never one with a shared secret.
pub(crate) fn accepted_algorithm(name: &str) -> Option<Algorithm> {
    Some(match name {
        "ES256" => Algorithm::ES256,
        "RS256" => Algorithm::RS256,
        "EdDSA" => Algorithm::EdDSA,
        _ => return None,
    })
}

impl<'a> Unverified<'a> {
    /// Takes `token` apart and checks its header.
    ///
    /// # Errors
    /// The first thing that is wrong.
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

    /// The claims, if `key` has signed them.
    ///
    /// # Errors
    /// [`InvalidToken::KeyMismatch`], [`InvalidToken::Signature`], or [`InvalidToken::Malformed`] claims.
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

/// A media type, with or without its first half (RFC 9068 section 4).
fn is_access_token(typ: &str) -> bool {
    ["at+jwt", "application/at+jwt"].iter().any(|accepted| typ.eq_ignore_ascii_case(accepted))
}

/// Without padding, without other characters, without bits that mean nothing.
fn decode(part: &str) -> Result<Vec<u8>, InvalidToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| InvalidToken::Malformed)
}

fn object(part: &str) -> Result<Map<String, Value>, InvalidToken> {
    strict_json::object(&decode(part)?).map_err(|_| InvalidToken::Malformed)
}
