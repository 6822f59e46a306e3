//! Keys, and tokens signed with them, however unusual a test asks for. It uses the cryptography library directly, so
//! that it shares no code with the client.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
        RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::{
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

pub(crate) const AUDIENCE: &str = "https://api.acme.test";

/// A key pair with its `kid`.
pub(crate) struct Signer {
    pub(crate) kid: &'static str,
    key: Key,
}

enum Key {
    Es256 { pair: EcdsaKeyPair, pkcs8: Vec<u8> },
    EdDsa(Ed25519KeyPair),
    Rs256(&'static RsaKeyPair),
}

impl Signer {
    pub(crate) fn es256(kid: &'static str) -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pkcs8 = pkcs8.as_ref().to_vec();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).unwrap();
        Self { kid, key: Key::Es256 { pair, pkcs8 } }
    }

    pub(crate) fn eddsa(kid: &'static str) -> Self {
        Self { kid, key: Key::EdDsa(Ed25519KeyPair::generate().unwrap()) }
    }

    /// Reuses one key pair, because generating it takes a while.
    pub(crate) fn rs256(kid: &'static str) -> Self {
        static PAIR: OnceLock<RsaKeyPair> = OnceLock::new();
        Self { kid, key: Key::Rs256(PAIR.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())) }
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self.key {
            Key::Es256 { .. } => "ES256",
            Key::EdDsa(_) => "EdDSA",
            Key::Rs256(_) => "RS256",
        }
    }

    /// The public key as it appears in a JWKS.
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = match &self.key {
            Key::Es256 { pair, .. } => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)})
            }
            Key::EdDsa(pair) => json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key())}),
            Key::Rs256(pair) => {
                let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
                let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
                json!({"kty": "RSA", "n": base64url(n), "e": base64url(e)})
            }
        };
        for (name, value) in [("kid", self.kid), ("alg", self.alg()), ("use", "sig")] {
            jwk[name] = value.into();
        }
        jwk
    }

    /// The public key as bytes that could be mistaken for a shared secret.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256 { pair, .. } => AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).unwrap().as_ref().to_vec(),
            Key::Rs256(pair) => AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).unwrap().as_ref().to_vec(),
            Key::EdDsa(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Es256 { pair, .. } => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Key::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Key::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// An ES256 signature in the format of X.509 instead of the format of JWS.
    pub(crate) fn sign_asn1(&self, message: &[u8]) -> Vec<u8> {
        let Key::Es256 { pkcs8, .. } = &self.key else { panic!("only ES256 has two forms") };
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).unwrap();
        pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    /// The header of a valid token.
    pub(crate) fn header(&self) -> Value {
        json!({"typ": "at+jwt", "alg": self.alg(), "kid": self.kid})
    }

    /// A correctly signed token with this header and these claims.
    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        self.token_of_text(&header.to_string(), &claims.to_string())
    }

    /// Like [`Signer::token`], but byte for byte.
    pub(crate) fn token_of_text(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", base64url(header), base64url(claims));
        let signature = self.sign(signed.as_bytes());
        format!("{signed}.{}", base64url(signature))
    }

    /// A correctly signed token with the usual header.
    pub(crate) fn good(&self, claims: &Value) -> String {
        self.token(&self.header(), claims)
    }
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[expect(clippy::disallowed_methods, reason = "tokens of a test are dated by the calendar")]
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The claims of a client's valid token, which lasts five minutes.
pub(crate) fn claims(issuer: &str) -> Value {
    json!({
        "iss": issuer, "sub": "cli_01", "client_id": "cli_01", "aud": AUDIENCE, "iat": now(), "exp": now() + 300, "jti": "tok_01",
        "scope": "contacts:read contacts:write", "org_id": "org_01", "sub_type": "client",
    })
}

/// `object` with one member changed.
pub(crate) fn with(object: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut changed = object.clone();
    changed[name] = value.into();
    changed
}

/// `object` without one member.
pub(crate) fn without(object: &Value, name: &str) -> Value {
    let mut changed = object.clone();
    changed.as_object_mut().unwrap().remove(name).unwrap();
    changed
}

/// An opaque credential with a correct checksum. Each `number` makes a different one.
pub(crate) fn opaque(prefix: &str, number: usize) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let text = format!("{prefix}_{number:043}");
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = Vec::new();
    for _ in 0..6 {
        digits.push(ALPHABET[rest as usize % 62] as char);
        rest /= 62;
    }
    digits.iter().rev().fold(text, |text, digit| text + &digit.to_string())
}
