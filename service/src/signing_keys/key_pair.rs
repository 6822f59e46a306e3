//! A key pair: generates it, seals and opens it as PKCS #8, and signs with it.
//!
//! Owns the cryptography of each algorithm. The pair is parsed once and kept, so that signing costs only the signature.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{credential::PublicJwk, operation::SigningAlg};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// The stored bytes are not a key of this algorithm, or the library failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable signing key")]
pub(super) struct BadKey;

/// A private key with its public half.
pub(super) enum KeyPair {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// Generates a key in PKCS #8. The library takes its randomness from the operating system. RSA takes part of a second.
pub(super) fn generate(alg: SigningAlg) -> Result<Zeroizing<Vec<u8>>, BadKey> {
    let random = SystemRandom::new();
    let document = match alg {
        SigningAlg::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random),
        SigningAlg::EdDSA => Ed25519KeyPair::generate_pkcs8(&random),
        SigningAlg::RS256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| BadKey)?;
            let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| BadKey)?;
            return Ok(Zeroizing::new(der.as_ref().to_vec()));
        }
    };
    document.map(|document| Zeroizing::new(document.as_ref().to_vec())).map_err(|_| BadKey)
}

impl KeyPair {
    /// Parses PKCS #8.
    pub(super) fn open(alg: SigningAlg, pkcs8: &[u8]) -> Result<Self, BadKey> {
        match alg {
            SigningAlg::ES256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(Self::Es256).map_err(|_| BadKey)
            }
            SigningAlg::RS256 => RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rs256).map_err(|_| BadKey),
            SigningAlg::EdDSA => Ed25519KeyPair::from_pkcs8(pkcs8).map(Self::EdDsa).map_err(|_| BadKey),
        }
    }

    /// Returns the public half. Its `kid` is the thumbprint.
    pub(super) fn public(&self) -> Result<PublicJwk, BadKey> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk: Value = match self {
            // SEC 1 section 2.3.3: the byte 4, then x and y of 32 bytes each.
            Self::Es256(pair) => match pair.public_key().as_ref() {
                [4, point @ ..] if point.len() == 64 => {
                    json!({ "kty": "EC", "crv": "P-256", "x": text(&point[..32]), "y": text(&point[32..]) })
                }
                _ => return Err(BadKey),
            },
            Self::Rs256(pair) => {
                let public = pair.public_key();
                let (n, e) = (public.modulus(), public.exponent());
                json!({ "kty": "RSA", "n": text(n.big_endian_without_leading_zero()),
                    "e": text(e.big_endian_without_leading_zero()) })
            }
            Self::EdDsa(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) }),
        };
        PublicJwk::parse(&jwk).map_err(|_| BadKey)
    }

    /// Signs a message. The signature has the form of RFC 7518 section 3 and RFC 8037 section 3.1.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BadKey> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(pair) => pair.sign(&random, message).map(|done| done.as_ref().to_vec()).map_err(|_| BadKey),
            Self::EdDsa(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| BadKey)?;
                Ok(signature)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};

    #[test]
    fn what_a_pair_signs_its_public_half_verifies_and_no_other_does() {
        for (alg, algorithm) in [
            (SigningAlg::ES256, Algorithm::ES256),
            (SigningAlg::EdDSA, Algorithm::EdDSA),
            (SigningAlg::RS256, Algorithm::RS256),
        ] {
            let [pair, other] = [0, 1].map(|_| KeyPair::open(alg, &generate(alg).unwrap()).unwrap());
            let signature = URL_SAFE_NO_PAD.encode(pair.sign(b"message").unwrap());
            let verifies = |pair: &KeyPair, message: &[u8]| {
                let jwk: Jwk = serde_json::from_value(serde_json::to_value(pair.public().unwrap()).unwrap()).unwrap();
                let key = DecodingKey::from_jwk(&jwk).unwrap();
                jsonwebtoken::crypto::verify(&signature, message, &key, algorithm).unwrap()
            };
            assert!(verifies(&pair, b"message"), "{alg:?}");
            assert!(!verifies(&pair, b"massage") && !verifies(&other, b"message"), "{alg:?}");
        }
    }

    #[test]
    fn what_is_no_key_of_the_algorithm_is_refused() {
        let es256 = generate(SigningAlg::ES256).unwrap();
        assert!(KeyPair::open(SigningAlg::EdDSA, &es256).is_err());
        assert!(KeyPair::open(SigningAlg::ES256, &es256[1..]).is_err());
    }
}
