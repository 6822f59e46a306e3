//! Verifies signatures.
//!
//! A key is only used with its own algorithm, even if the token names another (RFC 8725 section 3.1).

use domain::{credential::PublicJwk, oauth::Jws};
use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};

/// Returns whether `key` made the signature of `jws`.
pub(crate) fn check_signature(jws: &Jws<'_>, key: &PublicJwk) -> bool {
    let algorithm = match key.alg.as_str() {
        "ES256" => Algorithm::ES256,
        "RS256" => Algorithm::RS256,
        "EdDSA" => Algorithm::EdDSA,
        _ => return false,
    };
    // RFC 9864 gives EdDSA on this curve its own name.
    let claims_it = jws.alg == key.alg || (key.alg == "EdDSA" && jws.alg == "Ed25519");
    let decoding = || {
        let jwk: Jwk = serde_json::from_value(serde_json::to_value(key).ok()?).ok()?;
        DecodingKey::from_jwk(&jwk).ok()
    };
    claims_it
        && decoding().is_some_and(|decoding| {
            jsonwebtoken::crypto::verify(jws.signature, jws.signed.as_bytes(), &decoding, algorithm).unwrap_or(false)
        })
}
